import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadAtStart, deletionEndsBroadcast, disconnect, keep, killed, resultOf } from '../../demo/following-encoder-measurements';
import { FollowingEncoderStage } from '../../demo/following-encoder-stage';
import { ffmpegIsInstalled } from '../../local-aws/clients/ffmpeg';

const installed = ffmpegIsInstalled();
if (!installed) console.log('ffmpeg is not installed: examples/following-encoder is not tested.');

/** The command lines and environments of all processes that this user may read. */
function processes(): { readonly file: string; readonly text: string }[] {
  const ids = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return ids.flatMap((id) => ['cmdline', 'environ'].map((name) => `/proc/${id}/${name}`)).flatMap((file) => {
    try {
      return [{ file, text: fs.readFileSync(file, 'latin1') }];
    } catch {
      // It has ended, or is another user's.
      return [];
    }
  });
}

const childrenOf = (pid: number) => processes().filter(({ file }) => file.endsWith('/cmdline')).map(({ file }) => Number(file.split('/')[2]))
  .filter((id) => {
    try {
      return fs.readFileSync(`/proc/${id}/stat`, 'utf8').replace(/^.*\) . /, '').startsWith(`${pid} `);
    } catch {
      return false;
    }
  });

(installed ? describe : describe.skip)('the agent of examples/following-encoder', () => {
  let stage: FollowingEncoderStage;
  let output = '';
  const seen = new Map<string, string>();

  beforeAll(async () => { stage = await FollowingEncoderStage.start(); });
  afterEach(() => { output += stage.agent?.output ?? ''; });
  afterAll(() => stage.stop());

  /** Every key there has been. */
  const keys = () => stage.aws.secretsManager.all.flatMap(({ versions }) => [...versions.values()])
    .flatMap(({ value }) => (value ? [JSON.parse(value).streamKey as string] : []));
  const watching = async <T>(run: Promise<T>): Promise<T> => {
    const timer = setInterval(() => processes().forEach(({ file, text }) => seen.set(`${file} ${text}`, file)), 100);
    return run.finally(() => clearInterval(timer));
  };

  test.each([
    ['stays on air during rotations under KEEP', keep],
    ['publishes with the new key after rotations under DISCONNECT', disconnect],
    ['publishes with the new key under KEEP if the deletion of the old one ends its broadcast', deletionEndsBroadcast],
    ['goes on air once the key is stored if it has started with a deleted one', deadAtStart],
    ['goes on air again without a person after it was killed', killed],
  ])('%s', async (_, measure) => {
    const measurement = await watching(measure(stage, 2));

    expect(measurement.seconds).toHaveLength(2);
    expect(resultOf(measurement)).toBeLessThanOrEqual(measurement.limit);
  });

  test('logs a rotation while it is on air, and stays there', async () => {
    await stage.deploy('KEEP');
    const agent = stage.startAgent({ ON_AIR_POLL_SECONDS: '0.2' });
    await agent.logs('on air');
    const broadcasts = stage.onAir.broadcasts.length;

    await stage.rotate();

    expect(await agent.logs('rotated')).toMatchObject({ version: stage.version });
    expect(stage.onAir.broadcasts).toHaveLength(broadcasts);
    expect(await agent.stop()).toBe(0);
  });

  test('restarts ffmpeg after a rotation with RESTART_ON_ROTATION', async () => {
    const agent = stage.startAgent({ ON_AIR_POLL_SECONDS: '0.2', RESTART_ON_ROTATION: 'true' });
    await agent.logs('on air');

    await stage.rotate();
    await agent.logs('off air');
    const since = agent.events.length;

    expect(await agent.logs('on air', since)).toMatchObject({ version: stage.version });
    expect(agent.starts).toBe(1);
    await agent.stop();
  });

  test('ends with ffmpeg on SIGTERM', async () => {
    const agent = stage.startAgent();
    await agent.logs('on air');
    const children = childrenOf(agent.pid);

    expect(await agent.stop()).toBe(0);

    expect(children.length).toBe(fs.existsSync('/proc') ? 1 : 0);
    expect(children.filter((id) => fs.existsSync(`/proc/${id}`))).toEqual([]);
  });

  test('leaves no ffmpeg behind, however it ended', async () => {
    const left = () => processes().filter(({ text }) => text.includes(`-rtmp_tcurl\0${stage.stored.rtmpsServer.replace(/\/$/, '')}`));
    for (let look = 0; look < 50 && left().length; look++) await sleep(100);

    expect(left()).toEqual([]);
  });

  test('keeps the key out of command lines, environments and its log', () => {
    const holders = (text: string) => keys().filter((key) => text.includes(key));

    expect(keys().length).toBeGreaterThanOrEqual(10);
    expect([...seen].filter(([text]) => holders(text).length).map(([, file]) => file)).toEqual([]);
    expect(holders(output)).toEqual([]);
    if (fs.existsSync('/proc')) expect([...seen.keys()].filter((text) => text.includes('-rtmp_tcurl'))).not.toEqual([]);
  });
});
