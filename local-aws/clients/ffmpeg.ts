import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ingest } from '../ingest/ingest';

/** A small test picture and a tone, in real time. */
const PROGRAMME = [
  '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15',
  '-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100',
  '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30',
  '-c:a', 'aac', '-b:a', '64k',
];

/** The end of an ffmpeg process. */
export interface FfmpegRun {
  readonly exitCode: number;
  /** Its output, without the stream key. */
  readonly output: string;
}

export function ffmpegIsInstalled(): boolean {
  return spawnSync('ffmpeg', ['-version']).status === 0;
}

/** An unmodified ffmpeg that publishes to the ingest. */
export class FfmpegEncoder {
  /** Resolves when the channel is live. Rejects if ffmpeg ends before. */
  public readonly live: Promise<void>;
  public readonly ended: Promise<FfmpegRun>;

  private readonly child;
  private run?: FfmpegRun;

  /**
   * Starts to publish.
   *
   * @param url where to, with the stream key as its last part
   * @param ingest the ingest that stands for the URL's host
   * @param isLive whether the channel is live
   * @param seconds how long the programme is
   */
  constructor(url: string, ingest: Ingest, private readonly isLive: () => boolean, seconds = 120) {
    this.child = spawn('ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'warning', ...PROGRAMME, '-t', String(seconds), '-f', 'flv', url], {
      // Nothing else of the environment: no_proxy would lead to the real ingest.
      env: { PATH: process.env.PATH, ...ingest.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = this.end(url.split('/').pop()!);
    this.live = this.goLive();
    this.live.catch(() => {});
  }

  /** Ends ffmpeg as Ctrl+C would, or else by force: it ignores signals while it waits for its network. */
  public async stop(): Promise<FfmpegRun> {
    this.child.kill('SIGINT');
    const force = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    try {
      return await this.ended;
    } finally {
      clearTimeout(force);
    }
  }

  private async end(streamKey: string): Promise<FfmpegRun> {
    let output = '';
    for (const stream of [this.child.stdout, this.child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
    this.child.on('error', ({ message }) => { output += message; });
    const exitCode = await new Promise<number>((resolve) => this.child.on('close', (code) => resolve(code ?? 1)));
    this.run = { exitCode, output: output.replaceAll(streamKey, '(stream key)') };
    return this.run;
  }

  private async goLive(): Promise<void> {
    while (!this.isLive()) {
      if (this.run) throw new Error(`ffmpeg ended with ${this.run.exitCode} before the channel was live:\n${this.run.output}`);
      await sleep(50);
    }
  }
}
