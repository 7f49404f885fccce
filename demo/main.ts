import * as fs from 'node:fs';
import { parseArgs } from 'node:util';
import { DeployedExample } from './deployed-example';
import { Step, stepsOf } from './steps';
import { timeline, TimedStep } from './timeline';
import { ffmpegIsInstalled } from '../local-aws/clients/ffmpeg';
import { Ingest } from '../local-aws/ingest/ingest';
import { LocalAws } from '../local-aws/local-aws';

interface Result extends TimedStep {
  readonly ok: boolean;
  readonly seconds: number;
  readonly outcome: string;
}

const USAGE = `npm run demo -- [--json <file>] [--svg <file>] [--keep]

  --json  writes the outcome of each step to a file
  --svg   draws what the function did in each step
  --keep  leaves the local AWS running afterwards`;

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values: { json, svg, keep, help } } = parseArgs({ options: { json: { type: 'string' }, svg: { type: 'string' }, keep: flag, help: flag } });
  if (help) return console.log(USAGE);
  const aws = await LocalAws.start();
  const ingest = await Ingest.start(aws.ivs);
  const example = new DeployedExample(aws, ingest);
  console.log('The real CDK CLI deploys examples/live-channel to a local AWS, made for this and gone afterwards.');
  const hasFfmpeg = ffmpegIsInstalled();
  console.log(hasFfmpeg ? 'The encoder is the ffmpeg of this machine.\n' : 'ffmpeg is not installed: what a real encoder sees is left out.\n');

  const results = await show(stepsOf(example, hasFfmpeg));
  example.close();
  await ingest.stop();
  console.log(`\n${table(results)}\n`);
  if (json) fs.writeFileSync(json, `${JSON.stringify({ steps: results.map(({ name, ok, seconds }) => ({ name, ok, seconds })) }, undefined, 2)}\n`);
  if (svg) fs.writeFileSync(svg, timeline(results, aws.endpoint.calls.byFunctions()));
  if (!results.every(({ ok }) => ok)) process.exitCode = 1;

  if (!keep) return aws.stop();
  console.log('The local AWS is still running; Ctrl+C ends it. To look at it from another terminal:');
  for (const [name, value] of Object.entries(aws.environment)) console.log(`export ${name}=${value}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void aws.stop());
}

/** Carries the steps out, a line for each. After one that does not hold, the others make no sense. */
async function show(steps: Step[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, run } of steps) {
    if (results.some(({ ok }) => !ok)) {
      results.push({ name, ok: false, seconds: 0, outcome: 'not tried', from: 0, to: 0 });
      continue;
    }
    process.stdout.write(`[${results.length + 1}/${steps.length}] ${name} … `);
    const start = performance.now();
    const { ok, outcome } = await run().then((done) => ({ ok: true, outcome: done }), (error: Error) => ({ ok: false, outcome: error.message }));
    const to = performance.now();
    const seconds = Math.round((to - start) / 100) / 10;
    console.log(`${ok ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)${ok ? '' : `\n${outcome}`}`);
    results.push({ name, ok, seconds, outcome: outcome.split('\n')[0], from: start, to });
  }
  return results;
}

function table(results: Result[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const row = (name: string, ok: string, seconds: string, outcome: string) => `${name.padEnd(width)}  ${ok.padEnd(4)}  ${seconds.padStart(7)}  ${outcome}`.trimEnd();
  return [
    row('Step', 'Held', 'Seconds', 'What happened'),
    row('-'.repeat(width), '----', '-------', '-'.repeat(60)),
    ...results.map(({ name, ok, seconds, outcome }) => row(name, ok ? 'yes' : 'NO', seconds.toFixed(1), outcome)),
    row('All', results.every(({ ok }) => ok) ? 'yes' : 'NO', total.toFixed(1), ''),
  ].join('\n');
}

main().catch((error: NodeJS.ErrnoException) => {
  if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
});
