import { Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Program, Stage } from './stage';
import { Channel, ManagedStreamKey } from '../../src';

let stage: Stage;

describe('moving to another channel', () => {
  const on = (chosen: 'One' | 'Two'): Program => (stack) => {
    const channels = { One: new Channel(stack, 'One', { channelName: 'One' }), Two: new Channel(stack, 'Two', { channelName: 'Two' }) };
    new ManagedStreamKey(stack, 'Live', { channel: channels[chosen], replicaRegions: [{ region: 'eu-west-1' }] });
  };
  const keyOf = (name: string) => stage.aws.ivs.streamKeyOf(stage.aws.ivs.allChannels.find((channel) => channel.name === name)!.arn);

  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(on('One'));
    await stage.deploy(on('Two'));
  });
  afterAll(() => stage.stop());

  test('creates a key on the new channel', () => {
    expect(keyOf('Two')).toBeDefined();
  });

  test('deletes the key of the old channel', () => {
    expect(keyOf('One')).toBeUndefined();
  });

  test('keeps the secret\'s replicas', () => {
    expect(stage.onlySecret().replicas.map(({ Region }) => Region)).toEqual(['eu-west-1']);
  });

  test('stores the key of the new channel', () => {
    expect(stage.stored()).toMatchObject({ channelArn: stage.onlyKey().channelArn, streamKey: stage.onlyKey().value });
  });
});

describe.each<[string, (stack: Stack, insecureIngest: boolean) => ivs.IChannelRef]>([
  ['a Channel', (stack, insecureIngest) => new Channel(stack, 'Channel', { insecureIngest })],
  ['an L1', (stack, insecureIngest) => new ivs.CfnChannel(stack, 'Channel', { insecureIngest })],
])('insecure ingest, switched on at %s,', (_, channelIn) => {
  const insecure = (insecureIngest: boolean): Program => (stack) => { new ManagedStreamKey(stack, 'Live', { channel: channelIn(stack, insecureIngest) }); };
  let before: Record<string, string>;
  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(insecure(false));
    before = stage.stored()!;
    await stage.deploy(insecure(true));
  });
  afterAll(() => stage.stop());

  test('replaces the SRT fields in the secret by the RTMP fields, and changes nothing else', () => {
    const { srtServer, srtStreamId, srtPassphrase, srtUrl, ...others } = before;
    const server = `rtmp://${before.ingestEndpoint}/app/`;
    expect([srtServer, srtStreamId, srtPassphrase, srtUrl]).toEqual(Array(4).fill(expect.any(String)));
    expect(stage.stored()).toEqual({ ...others, rtmpServer: server, rtmpUrl: server + before.streamKey });
  });

  test('rotates nothing', () => {
    expect(stage.onlyKey().value).toBe(before.streamKey);
  });
});

describe('a key deleted by hand', () => {
  const live = (serial: number, secretName: string): Program => (stack) => { new ManagedStreamKey(stack, 'Live', { serial, secretName }); };
  const loseKey = () => {
    stage.aws.ivs.deleteStreamKey(stage.onlyKey().arn);
    stage.takeCalls();
  };

  beforeAll(async () => {
    stage = await Stage.start();
    await stage.deploy(live(1, 'one'));
  });
  afterAll(() => stage.stop());

  test('is created again by the next change', async () => {
    loseKey();

    await stage.deploy(live(1, 'two'));

    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('is created again, once, by the next serial', async () => {
    loseKey();

    await stage.deploy(live(2, 'two'));

    expect(stage.takeCalls().filter((call) => call === 'ivs:CreateStreamKey')).toHaveLength(1);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});
