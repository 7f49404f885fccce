import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { FfmpegEncoder, ffmpegIsInstalled } from '../../local-aws/clients/ffmpeg';
import { Ingest } from '../../local-aws/ingest/ingest';
import { REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey, WhileLive } from '../../src';

const live = (serial: number, whileLive: WhileLive) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial, whileLive });
};

const installed = ffmpegIsInstalled();
if (!installed) console.log('ffmpeg is not installed: what a real encoder sees of a rotation is not tested.');

test('ffmpeg is installed where CI requires it', () => {
  expect(installed || process.env.REQUIRE_FFMPEG !== '1').toBe(true);
});

(installed ? describe : describe.skip)('an encoder that publishes with the URL from the secret', () => {
  let stage: Stage;
  let ingest: Ingest;
  let secretsManager: SecretsManagerClient;
  const encoders: FfmpegEncoder[] = [];

  beforeEach(async () => {
    stage = await Stage.start();
    ingest = await Ingest.start(stage.aws.ivs);
    secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  });
  afterEach(async () => {
    await Promise.all(encoders.splice(0).map((encoder) => encoder.stop()));
    secretsManager.destroy();
    await ingest.stop();
    await stage.stop();
  });

  const isLive = () => stage.aws.ivs.allChannels.some(({ arn }) => stage.aws.ivs.streamOf(arn));
  const urlInSecret = async (): Promise<string> => {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: stage.onlySecret().arn }));
    return JSON.parse(SecretString!).rtmpsUrl;
  };
  const publish = (url: string) => {
    const encoder = new FfmpegEncoder(url, ingest, isLive);
    encoders.push(encoder);
    return encoder;
  };

  test('is accepted, stays on air during a rotation under KEEP, is then refused with the old key, and accepted with the new one', async () => {
    await stage.deploy(live(1, WhileLive.KEEP));
    const old = await urlInSecret();
    const encoder = publish(old);
    await encoder.live;

    await stage.deploy(live(2, WhileLive.KEEP));

    expect(await Promise.race([encoder.ended, sleep(1000, 'goes on')])).toBe('goes on');
    expect(isLive()).toBe(true);
    await encoder.stop();
    while (isLive()) await sleep(20);

    const refused = await publish(old).ended;
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain('No channel has this stream key.');

    await publish(await urlInSecret()).live;
    expect(isLive()).toBe(true);
  });

  test('is disconnected by a rotation under DISCONNECT, and accepted with the new key', async () => {
    await stage.deploy(live(1, WhileLive.DISCONNECT));
    const old = await urlInSecret();
    const encoder = publish(old);
    await encoder.live;

    await stage.deploy(live(2, WhileLive.DISCONNECT));

    expect((await encoder.ended).exitCode).not.toBe(0);
    expect(isLive()).toBe(false);
    expect((await publish(old).ended).exitCode).not.toBe(0);
    await publish(await urlInSecret()).live;
    expect(isLive()).toBe(true);
  });
});
