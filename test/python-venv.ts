import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

const CACHE = path.join(__dirname, '..', 'node_modules', '.cache');

/** Whether Python can make a virtual environment with pip; on Debian, that takes the package python3-venv. */
export const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** A virtual environment with the packages of a requirements.txt, which names a version of uv. Kept from run to run, until a version changes. */
export class PythonVenv {
  /** The folder of its commands. */
  public readonly bin: string;
  private readonly directory: string;
  private readonly requirements: string;

  constructor(name: string, private readonly requirementsFile: string) {
    this.requirements = fs.readFileSync(requirementsFile, 'utf8');
    this.directory = path.join(CACHE, name, createHash('sha256').update(this.requirements).digest('hex').slice(0, 16));
    this.bin = path.join(this.directory, 'bin');
  }

  /** Installs the packages, unless an earlier run has. */
  public install(): void {
    const complete = path.join(this.directory, 'complete');
    if (fs.existsSync(complete)) return;
    fs.rmSync(this.directory, { recursive: true, force: true });
    run('python3', ['-m', 'venv', this.directory]);
    run(path.join(this.bin, 'pip'), ['install', '--quiet', this.requirements.match(/^uv==.*$/m)![0]]);
    run(path.join(this.bin, 'uv'), ['pip', 'install', '--quiet', '--python', path.join(this.bin, 'python'), '--requirement', this.requirementsFile]);
    fs.writeFileSync(complete, '');
  }
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}
