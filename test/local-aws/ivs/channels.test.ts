import { CreateChannelCommand, GetChannelCommand, IvsClient, ListChannelsCommand, UpdateChannelCommand } from '@aws-sdk/client-ivs';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate } from '../deploy-template';

let aws: LocalAws;
let ivs: IvsClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  ivs = new IvsClient(clientOptions(aws));
});
afterEach(async () => {
  ivs.destroy();
  await aws.stop();
});

type Settings = Omit<ConstructorParameters<typeof UpdateChannelCommand>[0], 'arn'>;
const create = async (settings: Settings) => (await ivs.send(new CreateChannelCommand(settings))).channel!;
const update = async (arn: string, settings: Settings) => (await ivs.send(new UpdateChannelCommand({ arn, ...settings }))).channel!;
const refused = (message: string) => expect.objectContaining({ name: 'ValidationException', message });

const MULTITRACK: Settings = {
  containerFormat: 'FRAGMENTED_MP4',
  multitrackInputConfiguration: { enabled: true, policy: 'ALLOW', maximumResolution: 'HD' },
};

describe('a channel', () => {
  test('without settings has no preset, and is packaged as TS', async () => {
    expect(await create({})).toMatchObject({ type: 'STANDARD', preset: '', containerFormat: 'TS' });
  });

  test.each(['ADVANCED_SD', 'ADVANCED_HD'] as const)('of the type %s has a preset', async (type) => {
    expect(await create({ type })).toMatchObject({ preset: 'HIGHER_BANDWIDTH_DELIVERY' });
  });

  test('has the preset that is selected', async () => {
    expect(await create({ type: 'ADVANCED_HD', preset: 'CONSTRAINED_BANDWIDTH_DELIVERY' })).toMatchObject({ preset: 'CONSTRAINED_BANDWIDTH_DELIVERY' });
  });

  test('loses its preset with its type', async () => {
    const { arn } = await create({ type: 'ADVANCED_HD' });

    expect(await update(arn!, { type: 'STANDARD' })).toMatchObject({ preset: '' });
  });

  test('keeps its preset when something else is changed', async () => {
    const { arn } = await create({ type: 'ADVANCED_HD', preset: 'CONSTRAINED_BANDWIDTH_DELIVERY' });

    expect(await update(arn!, { latencyMode: 'NORMAL' })).toMatchObject({ preset: 'CONSTRAINED_BANDWIDTH_DELIVERY' });
  });

  test('takes several tracks', async () => {
    expect(await create(MULTITRACK)).toMatchObject(MULTITRACK);
  });
});

describe('IVS refuses', () => {
  test.each<[string, Settings, string]>([
    ['a preset for STANDARD', { preset: 'HIGHER_BANDWIDTH_DELIVERY' }, 'A preset cannot be selected for the channel type STANDARD'],
    ['multitrack for BASIC', { ...MULTITRACK, type: 'BASIC' }, 'Multitrack input cannot be enabled for the channel type BASIC'],
    ['multitrack in TS', { ...MULTITRACK, containerFormat: 'TS' }, 'Multitrack input needs the container format FRAGMENTED_MP4, not TS'],
    [
      'multitrack without a policy',
      { ...MULTITRACK, multitrackInputConfiguration: { enabled: true, maximumResolution: 'HD' } },
      'Multitrack input needs a policy and a maximumResolution',
    ],
  ])('%s', async (_, settings, message) => {
    await expect(create(settings)).rejects.toEqual(refused(message));
  });

  test('a change that conflicts with the other settings', async () => {
    const { arn } = await create(MULTITRACK);

    await expect(update(arn!, { type: 'ADVANCED_HD' })).rejects.toEqual(refused('Multitrack input cannot be enabled for the channel type ADVANCED_HD'));
  });
});

describe('CloudFormation', () => {
  const deploy = async (Properties: object) => {
    const { Arn } = await deployTemplate(aws, { Channel: { Type: 'AWS::IVS::Channel', Properties } }, { Arn: { Ref: 'Channel' } });
    return (await ivs.send(new GetChannelCommand({ arn: Arn }))).channel;
  };

  test('hands on every setting', async () => {
    expect(await deploy({ Type: 'ADVANCED_SD', Preset: 'CONSTRAINED_BANDWIDTH_DELIVERY', ContainerFormat: 'FRAGMENTED_MP4' })).toMatchObject({
      type: 'ADVANCED_SD', preset: 'CONSTRAINED_BANDWIDTH_DELIVERY', containerFormat: 'FRAGMENTED_MP4',
    });
  });

  test('hands on multitrack input', async () => {
    const MultitrackInputConfiguration = { Enabled: true, Policy: 'REQUIRE', MaximumResolution: 'FULL_HD' };

    expect(await deploy({ ContainerFormat: 'FRAGMENTED_MP4', MultitrackInputConfiguration })).toMatchObject({
      multitrackInputConfiguration: { enabled: true, policy: 'REQUIRE', maximumResolution: 'FULL_HD' },
    });
  });

  test('fails where IVS refuses', async () => {
    await expect(deploy({ Type: 'BASIC', Preset: 'HIGHER_BANDWIDTH_DELIVERY' })).rejects.toThrow('A preset cannot be selected for the channel type BASIC');
  });
});

describe('the list of channels', () => {
  const list = (input: ConstructorParameters<typeof ListChannelsCommand>[0] = {}) => ivs.send(new ListChannelsCommand(input));

  test('has summaries: no endpoints, no passphrase', async () => {
    const { arn } = await create({ name: 'one' });

    const { channels } = await list();

    expect(channels).toMatchObject([{ arn, name: 'one', type: 'STANDARD', latencyMode: 'LOW', preset: '', tags: {} }]);
    const answer = await fetch(`${aws.url}/ListChannels`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${aws.identities.administrator.accessKeyId}/20261126/us-east-1/ivs/aws4_request` },
    });
    expect(await answer.text()).not.toMatch(/ingestEndpoint|playbackUrl|srt|passphrase/);
  });

  test('comes in pages', async () => {
    for (const name of ['one', 'two', 'three']) await create({ name });

    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });

    expect([first, second].map(({ channels }) => channels!.map(({ name }) => name))).toEqual([['one', 'two'], ['three']]);
    expect(second.nextToken).toBeUndefined();
  });

  test('has the channels of a name', async () => {
    for (const name of ['one', 'two']) await create({ name });

    expect((await list({ filterByName: 'two' })).channels).toMatchObject([{ name: 'two' }]);
    expect((await list({ filterByName: 'three' })).channels).toEqual([]);
  });

  test('refuses another filter by name', async () => {
    const filterByRecordingConfigurationArn = 'arn:aws:ivs:us-east-1:123456789012:recording-configuration/a';
    await expect(list({ filterByRecordingConfigurationArn })).rejects.toThrow('the member filterByRecordingConfigurationArn of ivs:ListChannels');
  });
});
