import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LocalAws } from '../local-aws';

const CDK = path.join(__dirname, '..', '..', 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** The end of a CLI run. */
export interface CliRun {
  readonly exitCode: number;
  /** Its output, stdout and stderr. */
  readonly output: string;
}

/** The real CDK CLI, in a process of its own, speaking to the local AWS and to nothing else. */
export class CdkCli {
  /** The CLI's own folder. */
  public readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'local-aws-cdk-home-'));

  constructor(private readonly aws: LocalAws) {}

  /**
   * Runs a command.
   *
   * @param command such as `deploy` or `destroy`
   * @param args what comes after it
   * @param directory where it is run
   */
  public async run(command: string, args: string[], directory = this.home): Promise<CliRun> {
    const child = spawn(process.execPath, [CDK, command, ...args, '--no-notices', '--no-color'], {
      cwd: directory,
      env: {
        ...this.aws.environment,
        PATH: process.env.PATH,
        HOME: this.home,
        CDK_HOME: this.home,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CDK_DISABLE_VERSION_CHECK: '1',
        CI: 'true',
        NO_UPDATE_NOTIFIER: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
    const exitCode = await new Promise<number>((resolve, reject) => child.on('error', reject).on('close', (code) => resolve(code ?? 1)));
    return { exitCode, output };
  }

  public close(): void {
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
