import { spawn, spawnSync } from 'node:child_process';

/** A running broadcast. */
export interface Broadcast {
  stop(): Promise<void>;
}

/** Publishes a test picture. */
export type Broadcaster = (target: { readonly ingestEndpoint: string; readonly streamKey: string }) => Broadcast;

/** A small picture and a tone, in real time. */
const PROGRAMME = [
  '-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30', '-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100',
  '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '60', '-b:v', '500k', '-c:a', 'aac', '-b:a', '64k',
];

/** ffmpeg, if it is installed. The key of the temporary channel is in its arguments while it runs. */
export function ffmpegBroadcaster(): Broadcaster | undefined {
  if (spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status !== 0) return undefined;
  return ({ ingestEndpoint, streamKey }) => {
    const child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'quiet', ...PROGRAMME, '-f', 'flv', `rtmps://${ingestEndpoint}:443/app/${streamKey}`], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
    return {
      stop: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  };
}
