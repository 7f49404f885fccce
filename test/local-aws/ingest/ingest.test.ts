import * as http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStreamKeyCommand, IvsClient, StopStreamCommand } from '@aws-sdk/client-ivs';
import { FfmpegEncoder, ffmpegIsInstalled } from '../../../local-aws/clients/ffmpeg';
import { Ingest } from '../../../local-aws/ingest/ingest';
import type { IvsChannel } from '../../../local-aws/ivs/ivs';
import { LocalAws, REGION } from '../../../local-aws/local-aws';

const installed = ffmpegIsInstalled();
if (!installed) console.log('ffmpeg is not installed: what an encoder meets at the ingest is not tested.');

test('ffmpeg is there where it has to be', () => {
  expect(installed || process.env.REQUIRE_FFMPEG !== '1').toBe(true);
});

(installed ? describe : describe.skip)('an unmodified ffmpeg that publishes to the URL as it is in the secret', () => {
  let aws: LocalAws;
  let client: IvsClient;
  let ingest: Ingest;
  let channel: IvsChannel;
  const encoders: FfmpegEncoder[] = [];

  beforeAll(async () => {
    aws = await LocalAws.start();
    client = new IvsClient({ endpoint: aws.url, region: REGION, credentials: aws.identities.administrator });
    ingest = await Ingest.start(aws.ivs);
  });
  beforeEach(() => {
    channel = aws.ivs.createChannel(REGION, { name: 'stage' });
    aws.ivs.createStreamKey(channel.arn, {});
  });
  afterEach(() => Promise.all(encoders.splice(0).map((encoder) => encoder.stop())));
  afterAll(async () => {
    client.destroy();
    await ingest.stop();
    await aws.stop();
  });

  const isLive = () => aws.ivs.streamOf(channel.arn) !== undefined;
  const presentKey = () => aws.ivs.streamKeyOf(channel.arn)!.value;
  const details = () => aws.eventBridge.events.filter(({ resources }) => resources.includes(channel.arn)).map(({ detail }) => detail);
  const offline = async () => { while (isLive()) await sleep(20); };
  const publish = (streamKey: string, { by = ingest, seconds = 120 } = {}) => {
    const encoder = new FfmpegEncoder(`rtmps://${channel.ingestEndpoint}:443/app/${streamKey}`, by, isLive, seconds);
    encoders.push(encoder);
    return encoder;
  };
  const deleteKey = () => client.send(new DeleteStreamKeyCommand({ arn: aws.ivs.streamKeyOf(channel.arn)!.arn }));

  test('is let in with the present key, and makes the channel live', async () => {
    const encoder = publish(presentKey());
    await encoder.live;
    const { streamId } = aws.ivs.streamOf(channel.arn)!;

    await encoder.stop();
    await offline();

    expect(details()).toEqual(
      ['Session Created', 'Stream Start', 'Stream End', 'Session Ended'].map((name) => ({ event_name: name, channel_name: 'stage', stream_id: streamId })));
  });

  test('sends its programme to the end, and the channel is offline', async () => {
    const encoder = publish(presentKey(), { seconds: 3 });
    await encoder.live;
    const { streamId, startTime } = aws.ivs.streamOf(channel.arn)!;

    const { exitCode } = await encoder.ended;
    await offline();

    expect(exitCode).toBe(0);
    expect(aws.clock.now() - startTime.getTime()).toBeGreaterThan(2000);
    expect(new Set(details().map(({ stream_id: id }) => id))).toEqual(new Set([streamId]));
  });

  test('may give the key a priority', async () => {
    await publish(`${presentKey()}?priority=1`).live;
    expect(isLive()).toBe(true);
  });

  test('is refused with a key that is none', async () => {
    const { exitCode, output } = await publish('sk_us-east-1_wrong').ended;
    expect(exitCode).not.toBe(0);
    expect(output).toContain('Server error: No channel has this stream key.');
    expect(isLive()).toBe(false);
  });

  test('is refused with the old key', async () => {
    const old = presentKey();
    await deleteKey();
    aws.ivs.createStreamKey(channel.arn, {});

    const { exitCode, output } = await publish(old).ended;

    expect(exitCode).not.toBe(0);
    expect(output).toContain('(stream key)');
    expect(output).not.toContain(old);
    expect(isLive()).toBe(false);
  });

  test('is refused while another one publishes to the channel', async () => {
    await publish(presentKey()).live;
    const stream = aws.ivs.streamOf(channel.arn);

    const { exitCode } = await publish(presentKey()).ended;

    expect(exitCode).not.toBe(0);
    expect(aws.ivs.streamOf(channel.arn)).toBe(stream);
  });

  test('is left alone when its key is deleted', async () => {
    const encoder = publish(presentKey());
    await encoder.live;

    await deleteKey();

    expect(await Promise.race([encoder.ended, sleep(2000, 'goes on')])).toBe('goes on');
    expect(isLive()).toBe(true);
  });

  test('is cut off by StopStream, and does not come back with the old key, but with the new one', async () => {
    const old = presentKey();
    const first = publish(old);
    await first.live;
    await deleteKey();
    const { value } = aws.ivs.createStreamKey(channel.arn, {});

    await client.send(new StopStreamCommand({ channelArn: channel.arn }));

    expect(isLive()).toBe(false);
    expect((await first.ended).exitCode).not.toBe(0);
    expect((await publish(old).ended).exitCode).not.toBe(0);
    await publish(value).live;
    expect(isLive()).toBe(true);
  });

  test('is cut off when the ingest stops', async () => {
    const other = await Ingest.start(aws.ivs);
    const encoder = publish(presentKey(), { by: other });
    await encoder.live;

    await other.stop();

    expect(isLive()).toBe(false);
    expect((await encoder.ended).exitCode).not.toBe(0);
  });
});

describe('as a proxy, the ingest', () => {
  let aws: LocalAws;
  let ingest: Ingest;
  beforeAll(async () => {
    aws = await LocalAws.start();
    ingest = await Ingest.start(aws.ivs);
  });
  afterAll(async () => {
    await ingest.stop();
    await aws.stop();
  });

  const connect = (target: string) => new Promise<number>((resolve, reject) => {
    http.request(ingest.environment.http_proxy, { method: 'CONNECT', path: target }).on('error', reject).on('connect', ({ statusCode }, socket) => {
      socket.destroy();
      resolve(statusCode!);
    }).end();
  });

  test('connects to the ingest endpoint of a channel', async () => {
    expect(await connect('a1b2c3d4e5f6.global-contribute.live-video.net:443')).toBe(200);
  });

  test.each(['example.com:443', 'a1b2c3d4e5f6.global-contribute.live-video.net:80', 'global-contribute.live-video.net.example.com:443'])('does not connect to %s', async (target) => {
    expect(await connect(target)).toBe(403);
  });

  test('takes no other requests', async () => {
    expect((await fetch(ingest.environment.http_proxy)).status).toBe(405);
  });
});
