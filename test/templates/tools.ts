import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PythonVenv } from '../python-venv';

const venv = new PythonVenv('test-templates', path.join(__dirname, 'requirements.txt'));

/** Installs cfn-lint and checkov, unless an earlier run has. */
export const install = () => venv.install();

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
  const { stdout, stderr, error } = spawnSync(path.join(venv.bin, tool), args, {
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
