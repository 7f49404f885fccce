import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AwsError } from '../../local-aws/core/aws-error';
import { LocalAws } from '../../local-aws/local-aws';

const TEST = path.join(__dirname, '..');

/** The value of a stream key of the local AWS. */
const VALUE = /sk_us-east-1_\w/;

let aws: LocalAws;
/** A copy of test/integ, as integ-runner writes the snapshots of tests that it has run. */
let copy: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  copy = fs.mkdtempSync(path.join(TEST, '.integ-'));
  fs.cpSync(path.join(TEST, 'integ'), copy, { recursive: true });
});
afterEach(async () => {
  fs.rmSync(copy, { recursive: true });
  await aws.stop();
});

/** Runs an integration test as in an account. */
async function runInteg(file: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn('npx', ['integ-runner', '--config', path.join(copy, 'integ.config.json'), '--directory', copy, '--force', file], {
    cwd: path.join(TEST, '..'),
    env: { ...process.env, ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  return { exitCode: await new Promise((resolve) => child.on('close', resolve)), output };
}

test('integ.stream-key deploys, rotates, deploys again and destroys, and all of its facts are true', async () => {
  const outputs: string[] = [];
  const note = async () => { outputs.push(...aws.cloudformation.stacks.flatMap((stack) => stack.outputs.map(({ OutputValue }) => OutputValue))); };
  aws.endpoint.disturbances.add({ operation: 'cloudformation:DeleteStack', anybody: true, times: Infinity, effect: note });

  const { exitCode, output } = await runInteg('integ.stream-key.ts');

  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('SUCCESS    integ.stream-key') });
  const operations = aws.endpoint.calls.all.map(({ operation }) => operation);
  expect(operations).toEqual(expect.arrayContaining(['secretsmanager:RotateSecret', 'cloudformation:UpdateStack', 'cloudformation:DeleteStack']));
  expect([aws.ivs.allChannels, aws.ivs.allStreamKeys, aws.secretsManager.all]).toEqual([[], [], []]);
  const files = fs.readdirSync(copy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const written = files.map(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name), 'utf8'));
  expect(outputs).toContain('{"status":"success"}');
  expect([output, ...written, ...outputs].filter((text) => VALUE.test(text))).toEqual([]);
});

test('integ.stream-key fails if an assertion does', async () => {
  aws.clock.speedUp(20);
  // For functions only, so for the one that compares, and not for the hooks.
  aws.endpoint.disturbances.add({ operation: 'secretsmanager:GetSecretValue', effect: new AwsError('ResourceNotFoundException', 'Not now.', 400), times: Infinity });

  const { exitCode, output } = await runInteg('integ.stream-key.ts');

  expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(/ASSERT {5}integ\.stream-key.*received \{"error":"ResourceNotFoundException"\}/s) });
});
