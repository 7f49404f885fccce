import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const AGENT = path.join(__dirname, '..', 'examples', 'following-encoder', 'encoder', 'following-encoder.mjs');

/** A small test picture and a tone, in real time. */
const PROGRAMME = [
  '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15',
  '-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100',
  '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30',
  '-c:a', 'aac', '-b:a', '64k',
];

/** A line of the agent's log. */
export interface AgentEvent {
  readonly event: string;
  readonly version?: string;
}

/** The agent of examples/following-encoder, and what ECS does for it: starts it again whenever it ends. */
export class SupervisedAgent {
  /** Everything that it has printed. */
  public output = '';
  /** The lines of its log. */
  public readonly events: AgentEvent[] = [];
  /** How often it was started. */
  public starts = 0;

  private child!: ChildProcess;
  private isWanted = true;
  private readonly ended: Promise<void>;
  private lastExitCode: number | null = null;

  constructor(private readonly environment: Record<string, string>) {
    this.ended = this.supervise();
  }

  public get pid(): number {
    return this.child.pid!;
  }

  /** Ends it as a crash would. */
  public kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends it as ECS does, for good, and returns its exit code. */
  public async stop(): Promise<number | null> {
    this.isWanted = false;
    this.child.kill('SIGTERM');
    await this.ended;
    return this.lastExitCode;
  }

  /** Waits for a line of the log. */
  public async logs(event: string, since = 0): Promise<AgentEvent> {
    for (;;) {
      const found = this.events.slice(since).find((candidate) => candidate.event === event);
      if (found) return found;
      await sleep(5);
    }
  }

  private async supervise(): Promise<void> {
    while (this.isWanted) {
      this.starts++;
      this.child = spawn(process.execPath, [AGENT, ...PROGRAMME], {
        env: { PATH: process.env.PATH, ...this.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [this.child.stdout!, this.child.stderr!]) createInterface({ input: stream }).on('line', (line) => this.note(line));
      [this.lastExitCode] = await once(this.child, 'exit');
    }
  }

  private note(line: string): void {
    this.output += `${line}\n`;
    if (line.startsWith('{"time"')) this.events.push(JSON.parse(line));
  }
}
