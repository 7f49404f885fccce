import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
const requirements = fs.readFileSync(REQUIREMENTS, 'utf8');
// Kept from run to run, until a version changes.
const venv = path.join(ROOT, 'node_modules', '.cache', 'test-templates', createHash('sha256').update(requirements).digest('hex').slice(0, 16));
const bin = path.join(venv, 'bin');

/** Whether Python can make a virtual environment with pip; on Debian, that takes the package python3-venv. */
export const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** Installs cfn-lint and checkov, unless an earlier run has. */
export function install(): void {
  const complete = path.join(venv, 'complete');
  if (fs.existsSync(complete)) return;
  fs.rmSync(venv, { recursive: true, force: true });
  run('python3', ['-m', 'venv', venv]);
  run(path.join(bin, 'pip'), ['install', '--quiet', requirements.match(/^uv==.*$/m)![0]]);
  run(path.join(bin, 'uv'), ['pip', 'install', '--quiet', '--python', path.join(bin, 'python'), '--requirement', REQUIREMENTS]);
  fs.writeFileSync(complete, '');
}

/** A finding: the template and the rule, and where in the template. */
export interface Finding {
  readonly template: string;
  readonly rule: string;
  readonly where: string;
}

/** The findings of cfn-lint: errors, warnings and information, in any of the regions. */
export function cfnLint(directory: string, regions: readonly string[]): Finding[] {
  const args = ['--format', 'json', '--include-checks', 'I', '--regions', ...regions, '--', ...templatesIn(directory)];
  const found = json('cfn-lint', directory, args);
  return found.map(({ Filename, Rule, Location }: any) => ({ template: nameOf(Filename), rule: Rule.Id, where: Location.Path?.join('/') ?? '' }));
}

/** The findings of checkov. Throws if it could not read a template, which it does not count as one. */
export function checkov(directory: string): Finding[] {
  const report = json('checkov', directory, [
    '--directory', '.', '--framework', 'cloudformation', '--output', 'json', '--compact', '--soft-fail', '--skip-download', '--skip-results-upload',
  ]);
  const { failed_checks: failed, passed_checks: passed, parsing_errors: unread } = report.results;
  const read = new Set([...failed, ...passed].map(({ file_path }: any) => path.basename(file_path)));
  const missed = templatesIn(directory).filter((file) => !read.has(file));
  if (unread.length || missed.length) throw new Error(`checkov has not read: ${[...unread, ...missed].join(', ')}`);
  return failed.map(({ check_id, resource, file_path }: any) => ({ template: nameOf(file_path), rule: check_id, where: resource }));
}

const templatesIn = (directory: string) => fs.readdirSync(directory).filter((file) => file.endsWith('.template.json'));

const nameOf = (file: string) => path.basename(file, '.template.json');

/** What a tool reports, whatever its exit code: that tells how serious the findings are. Settings of the user do not count. */
function json(tool: string, directory: string, args: string[]): any {
  const { stdout, stderr, error } = spawnSync(path.join(bin, tool), args, {
    cwd: directory,
    env: { ...process.env, HOME: directory, LOG_LEVEL: 'ERROR' },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    throw error ?? new Error(`${tool} reported no JSON:\n${stderr}\n${stdout.slice(0, 2_000)}`);
  }
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}
