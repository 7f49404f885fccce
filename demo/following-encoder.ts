import { parseArgs } from 'node:util';
import {
  deadAtStart, deletionEndsBroadcast, disconnect, keep, killed, Measure, Measurement, median, resultOf,
} from './following-encoder-measurements';
import { FollowingEncoderStage } from './following-encoder-stage';
import { ffmpegIsInstalled } from '../local-aws/clients/ffmpeg';

const USAGE = `npm run following-encoder -- [--rotations <number>]

  --rotations  the number of rotations of each measurement (default: 20)`;
/** For a measurement that has come to a standstill. */
const LONGEST_MINUTES = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rotations: { type: 'string', default: '20' }, help: { type: 'boolean', default: false } } });
  if (values.help) return console.log(USAGE);
  const rotations = Number(values.rotations);
  if (!Number.isInteger(rotations) || rotations < 1) throw new Error(`--rotations must be a whole number from 1, got: ${values.rotations}`);
  if (!ffmpegIsInstalled()) throw new Error('ffmpeg is not installed: the agent of examples/following-encoder publishes with it.');

  console.log(`The agent of examples/following-encoder publishes to a local AWS with the ffmpeg of this machine: ${rotations} rotations each.\n`);
  console.log(row('Measured', 'Median', 'Highest', 'Limit', 'Holds'));
  const results: boolean[] = [];
  for (const measure of [keep, disconnect, deletionEndsBroadcast, deadAtStart, killed]) results.push(show(await inTime(measure, rotations)));
  if (!results.every(Boolean)) process.exitCode = 1;
}

/** Takes a measurement on a stage of its own. */
async function inTime(measure: Measure, rotations: number): Promise<Measurement> {
  const stage = await FollowingEncoderStage.start();
  const standstill = setTimeout(() => {
    console.error(`No end after ${LONGEST_MINUTES} minutes. The log of the agent:\n${stage.agent?.output}`);
    stage.agent?.kill();
    process.exit(1);
  }, LONGEST_MINUTES * 60_000);
  try {
    return await measure(stage, rotations);
  } finally {
    clearTimeout(standstill);
    await stage.stop();
  }
}

function show(measurement: Measurement): boolean {
  const { name, seconds, counts, limit } = measurement;
  const holds = resultOf(measurement) <= limit;
  console.log(row(name, median(seconds).toFixed(2), Math.max(...seconds).toFixed(2), `${limit} (${counts})`, holds ? 'yes' : 'NO'));
  return holds;
}

function row(name: string, ...columns: string[]): string {
  return [name.padEnd(55), ...columns.map((column) => column.padEnd(14))].join('').trimEnd();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
