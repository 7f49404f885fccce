import { execFile, PromiseWithChild } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { startAws } from './observing';
import type { LocalAws } from '../../local-aws/local-aws';

const ROOT = path.join(__dirname, '..', '..');
const MARKER = 'MARKEDVALUE';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startAws();
  aws.ivs.streamKeys.marker = MARKER;
});
afterEach(() => aws.stop());

/** Runs the command as `npm run observe` does, in the local AWS. */
function run(...args: string[]): PromiseWithChild<{ stdout: string; stderr: string }> {
  const { PATH } = process.env;
  const env = { PATH, HOME: '/nonexistent', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...aws.environment };
  return promisify(execFile)(path.join(ROOT, 'node_modules', '.bin', 'tsx'), ['observe/main.ts', ...args], { cwd: ROOT, env });
}

test('prints a table, writes the evidence, and no stream key', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'observe-'));
  const file = path.join(directory, 'observed.json');

  const { stdout, stderr } = await run('--only', 'ivs-second-key,ivs-url-safe,ivs-aws-tag-sent-back', '--yes', '--json', file);

  const json = fs.readFileSync(file, 'utf8');
  fs.rmSync(directory, { recursive: true });
  expect(stdout).toMatch(/^Observation +Supports +Seen\nivs-second-key +secondKey = ServiceQuotaExceededException/);
  expect(JSON.parse(json)).toMatchObject({ account: '123456789012', region: 'us-east-1', results: [{ id: 'ivs-second-key', outcome: 'observed' }, {}, {}] });
  for (const text of [stdout, stderr, json]) expect(text).not.toContain(MARKER);
  expect(aws.cloudformation.stacks.map(({ status }) => status)).toEqual(['DELETE_COMPLETE']);
});

test('does nothing unless it is confirmed', async () => {
  const running = run('--only', 'ivs-second-key');
  running.child.stdin!.end('n\n');
  expect((await running).stdout).toContain('Nothing was done.');
  expect(aws.cloudformation.stacks).toEqual([]);
});

test('names the observations there are if it is asked for another', async () => {
  await expect(run('--only', 'ivs-first-key', '--yes')).rejects.toMatchObject({
    code: 1, stderr: expect.stringContaining('--only must name observations, got: ivs-first-key. There are: '),
  });
});

test('says in its help what it costs and which permissions it needs', async () => {
  const { stdout } = await run('--help');
  expect(stdout).toContain('Costs: ');
  expect(stdout).toContain('Permissions of the caller:');
});
