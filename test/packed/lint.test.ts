import { spawnSync } from 'node:child_process';
import { AWSLINT, Explained } from './explained';
import { pack } from './support/packed';
import { ROOT } from '../languages/support/run';
import { scratch } from '../languages/support/scratch';

/** An error of awslint. */
interface Finding {
  readonly rule: string;
  readonly where: string;
}

const isExplained = ({ rule, where }: Finding, by: Explained) => rule === by.rule && by.where.test(where);

function awslint(): Finding[] {
  const { stderr, error } = spawnSync('npx', ['awslint', '--no-compile'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' }, maxBuffer: 100_000_000 });
  if (error) throw error;
  const found = [...stderr.matchAll(/^error: \[awslint:([^:]+):([^\]]+)\]/gm)].map(([, rule, where]) => ({ rule, where }));
  if (!found.length) throw new Error(`awslint found nothing at all:\n${stderr}`);
  return found;
}

/** What a linter of packages has printed, and its end. */
function lint(command: string, args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('npx', [command, ...args], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } });
  return { status, output: stdout + stderr };
}

const directory = scratch('lint');
let tarball: string;
beforeAll(async () => { tarball = await pack(directory); });

test('awslint finds nothing in the API but what is explained, and each explanation is still needed', () => {
  const found = awslint();

  expect(found.filter((finding) => !AWSLINT.some((by) => isExplained(finding, by)))).toEqual([]);
  expect(AWSLINT.filter((by) => !found.some((finding) => isExplained(finding, by)))).toEqual([]);
});

test('publint has no error and no warning for the package', () => {
  expect(lint('publint', ['run', '--level', 'warning', '--strict', tarball])).toMatchObject({ status: 0, output: expect.stringContaining('All good!') });
});

test('attw finds types for each way to import the package', () => {
  expect(lint('attw', [tarball])).toMatchObject({ status: 0, output: expect.stringContaining('No problems found') });
});
