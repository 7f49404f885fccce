import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteChannelCommand, DeleteStreamKeyCommand, GetChannelCommand, GetStreamCommand, IvsClient, ListStreamsCommand, StopStreamCommand,
  UpdateChannelCommand,
} from '@aws-sdk/client-ivs';
import type { IvsChannel } from '../../../local-aws/ivs/ivs';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';

let aws: LocalAws;
let ivs: IvsClient;
let cloudformation: CloudFormationClient;
let channel: IvsChannel;
let streamKey: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  const options = { endpoint: aws.url, region: REGION, credentials: aws.identities.administrator, maxAttempts: 1 };
  ivs = new IvsClient(options);
  cloudformation = new CloudFormationClient(options);
  channel = aws.ivs.createChannel(REGION, { name: 'stage' });
  streamKey = aws.ivs.createStreamKey(channel.arn, {}).value;
});
afterEach(async () => {
  ivs.destroy();
  cloudformation.destroy();
  await aws.stop();
});

const nowhere = `arn:aws:ivs:${REGION}:${ACCOUNT}:channel/nowhere`;
const error = (name: string, httpStatusCode: number) => expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode }) });
const getStream = async (channelArn = channel.arn) => (await ivs.send(new GetStreamCommand({ channelArn }))).stream;
const stopStream = (channelArn = channel.arn) => ivs.send(new StopStreamCommand({ channelArn }));

describe('when an encoder connects,', () => {
  test('the channel is live', async () => {
    const { streamId } = aws.ivs.startStream(streamKey);

    expect(streamId).toMatch(/^st-1[A-Za-z0-9]{22}$/);
    expect(await getStream()).toEqual({
      channelArn: channel.arn, streamId, playbackUrl: channel.playbackUrl, startTime: expect.any(Date), state: 'LIVE', health: 'HEALTHY', viewerCount: 0,
    });
  });

  test('the key may have a priority', () => {
    expect(aws.ivs.startStream(`${streamKey}?priority=3`).channelArn).toBe(channel.arn);
  });

  test('a key that is none is refused', () => {
    expect(() => aws.ivs.startStream(`${streamKey}x`)).toThrow('No channel has this stream key.');
    expect(aws.ivs.streamOf(channel.arn)).toBeUndefined();
  });

  test('a deleted key is refused', async () => {
    await ivs.send(new DeleteStreamKeyCommand({ arn: aws.ivs.streamKeyOf(channel.arn)!.arn }));
    expect(() => aws.ivs.startStream(streamKey)).toThrow('No channel has this stream key.');
  });

  test('a second one to the same channel is refused', () => {
    aws.ivs.startStream(streamKey);
    expect(() => aws.ivs.startStream(streamKey)).toThrow(`The channel ${channel.arn} is live already.`);
  });

  test('EventBridge hears of the start and of the end', () => {
    const { streamId } = aws.ivs.startStream(streamKey);
    aws.ivs.endStream(channel.arn);

    const names = ['Session Created', 'Stream Start', 'Stream End', 'Session Ended'];
    expect(aws.eventBridge.events).toEqual(names.map((name) => expect.objectContaining({
      'source': 'aws.ivs',
      'detail-type': 'IVS Stream State Change',
      'region': REGION,
      'resources': [channel.arn],
      'detail': { event_name: name, channel_name: 'stage', stream_id: streamId },
    })));
  });
});

describe('GetStream', () => {
  test('of an offline channel', async () => {
    await expect(getStream()).rejects.toEqual(error('ChannelNotBroadcasting', 404));
  });

  test('of no channel', async () => {
    await expect(getStream(nowhere)).rejects.toEqual(error('ResourceNotFoundException', 404));
  });

  test('of an ARN that is not a channel\'s', async () => {
    await expect(getStream('stage')).rejects.toEqual(error('ValidationException', 400));
  });

  test('still shows a stream that has ended, for a while', async () => {
    aws.variants.streamEndLag = 60_000;
    const { streamId } = aws.ivs.startStream(streamKey);
    aws.ivs.endStream(channel.arn);

    expect(await getStream()).toMatchObject({ streamId, state: 'LIVE' });
    expect(aws.ivs.streamOf(channel.arn)).toBeUndefined();
    await aws.clock.advance(60_000);
    await expect(getStream()).rejects.toEqual(error('ChannelNotBroadcasting', 404));
  });
});

describe('ListStreams', () => {
  const start = (region: string) => {
    const { arn } = aws.ivs.createChannel(region, {});
    return aws.ivs.startStream(aws.ivs.createStreamKey(arn, {}).value);
  };

  test('shows the live streams of the region', async () => {
    const { playbackUrl, ...summary } = start(REGION);
    start('eu-west-1');
    expect((await ivs.send(new ListStreamsCommand({}))).streams).toEqual([summary]);
  });

  test('shows those of one health', async () => {
    start(REGION);
    const starving = start(REGION);
    starving.health = 'STARVING';

    const { streams } = await ivs.send(new ListStreamsCommand({ filterBy: { health: 'STARVING' } }));

    expect(streams!.map(({ streamId }) => streamId)).toEqual([starving.streamId]);
  });

  test('comes in pages', async () => {
    const streams = [start(REGION), start(REGION), start(REGION)];

    const first = await ivs.send(new ListStreamsCommand({ maxResults: 2 }));
    const second = await ivs.send(new ListStreamsCommand({ maxResults: 2, nextToken: first.nextToken }));

    expect([...first.streams!, ...second.streams!].map(({ streamId }) => streamId)).toEqual(streams.map(({ streamId }) => streamId));
    expect(second.nextToken).toBeUndefined();
  });

  test('shows 100 at most', async () => {
    await expect(ivs.send(new ListStreamsCommand({ maxResults: 101 }))).rejects.toEqual(error('ValidationException', 400));
  });
});

describe('StopStream', () => {
  test('cuts the encoder off and ends the stream', async () => {
    const encoder = { disconnect: jest.fn() };
    aws.ivs.startStream(streamKey, encoder);

    await stopStream();

    expect(encoder.disconnect).toHaveBeenCalledTimes(1);
    expect(aws.ivs.streamOf(channel.arn)).toBeUndefined();
    expect(aws.eventBridge.events.map(({ detail }) => detail.event_name)).toEqual(['Session Created', 'Stream Start', 'Stream End', 'Session Ended']);
  });

  test('of an offline channel', async () => {
    await expect(stopStream()).rejects.toEqual(error('ChannelNotBroadcasting', 404));
  });

  test('of no channel', async () => {
    await expect(stopStream(nowhere)).rejects.toEqual(error('ResourceNotFoundException', 404));
  });

  test('is asked for five times a second at most', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => stopStream()));
    jest.restoreAllMocks();

    const reasons = outcomes.map((outcome) => outcome.status === 'rejected' ? outcome.reason : undefined);
    expect(reasons.filter(({ name }) => name !== 'ChannelNotBroadcasting')).toEqual([error('ThrottlingException', 429)]);
  });
});

test('DeleteStreamKey leaves a running session alone', async () => {
  const stream = aws.ivs.startStream(streamKey);
  await ivs.send(new DeleteStreamKeyCommand({ arn: aws.ivs.streamKeyOf(channel.arn)!.arn }));
  expect(aws.ivs.streamOf(channel.arn)).toBe(stream);
});

describe('UpdateChannel', () => {
  const update = (arn = channel.arn) => ivs.send(new UpdateChannelCommand({ arn, latencyMode: 'NORMAL' }));

  test('changes the given settings only', async () => {
    const updated = await update();

    expect(updated.channel).toEqual({ ...channel, latencyMode: 'NORMAL' });
    expect((await ivs.send(new GetChannelCommand({ arn: channel.arn }))).channel).toEqual(updated.channel);
  });

  test('with a name that is none', async () => {
    await expect(ivs.send(new UpdateChannelCommand({ arn: channel.arn, name: 'not a name' }))).rejects.toEqual(error('ValidationException', 400));
  });

  test('of no channel', async () => {
    await expect(update(nowhere)).rejects.toEqual(error('ResourceNotFoundException', 404));
  });

  test('of a live channel', async () => {
    aws.ivs.startStream(streamKey);
    await expect(update()).rejects.toEqual(error('ConflictException', 409));
  });
});

test('DeleteChannel of a live channel', async () => {
  aws.ivs.startStream(streamKey);
  await expect(ivs.send(new DeleteChannelCommand({ arn: channel.arn }))).rejects.toEqual(error('ConflictException', 409));
  expect(aws.ivs.accepts(streamKey)).toBe(true);
});

describe('a caller', () => {
  const commands = {
    GetStream: (channelArn: string) => new GetStreamCommand({ channelArn }),
    StopStream: (channelArn: string) => new StopStreamCommand({ channelArn }),
    UpdateChannel: (arn: string) => new UpdateChannelCommand({ arn, latencyMode: 'NORMAL' }),
    ListStreams: () => new ListStreamsCommand({}),
  };
  const send = async (name: keyof typeof commands, statement: object, arn = channel.arn) => {
    aws.iam.createRole('Operator', {});
    aws.iam.putRolePolicy('Operator', 'policy', { Version: '2012-10-17', Statement: [statement] });
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/session`, roleName: 'Operator' });
    const client = new IvsClient({ endpoint: aws.url, region: REGION, credentials, maxAttempts: 1 });
    try {
      await client.send(commands[name](arn) as GetStreamCommand);
    } finally {
      client.destroy();
    }
  };
  const names = Object.keys(commands) as (keyof typeof commands)[];

  test.each(names)('that may do nothing does not learn from %s whether there is a channel', async (name) => {
    await expect(send(name, { Effect: 'Deny', Action: 'ivs:*', Resource: '*' }, nowhere)).rejects.toEqual(error('AccessDeniedException', 403));
  });

  test.each(names)('that may do %s does it', async (name) => {
    if (name !== 'UpdateChannel') aws.ivs.startStream(streamKey);
    const Resource = name === 'ListStreams' ? '*' : channel.arn;
    await expect(send(name, { Effect: 'Allow', Action: `ivs:${name}`, Resource })).resolves.toBeUndefined();
  });

  test('is limited to channels with a tag', async () => {
    const statement = { Effect: 'Allow', Action: 'ivs:StopStream', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'stage' } } };
    aws.ivs.startStream(streamKey);
    await expect(send('StopStream', statement)).rejects.toEqual(error('AccessDeniedException', 403));
  });
});

describe('CloudFormation, with a live channel,', () => {
  const template = (Name: string) => JSON.stringify({ Resources: { Channel: { Type: 'AWS::IVS::Channel', Properties: { Name } } } });
  const deployLive = async () => {
    await cloudformation.send(new CreateStackCommand({ StackName: 'Stage', TemplateBody: template('before') }));
    const { arn } = aws.ivs.allChannels.find(({ name }) => name === 'before')!;
    aws.ivs.startStream(aws.ivs.createStreamKey(arn, {}).value);
    return arn;
  };
  const outcome = async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'Stage' }));
    const { StackEvents } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'Stage' }));
    return { status: Stacks![0].StackStatus, reasons: StackEvents!.map(({ ResourceStatusReason }) => ResourceStatusReason) };
  };

  test('fails to update it', async () => {
    await deployLive();

    await cloudformation.send(new UpdateStackCommand({ StackName: 'Stage', TemplateBody: template('after') }));

    const { status, reasons } = await outcome();
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons).toContainEqual(expect.stringContaining('ConflictException'));
    expect(aws.ivs.allChannels.map(({ name }) => name)).not.toContain('after');
  });

  test('takes no update after it has failed to delete it', async () => {
    await deployLive();
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stage' }));

    const update = cloudformation.send(new UpdateStackCommand({ StackName: 'Stage', TemplateBody: template('after') }));

    await expect(update).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringMatching(/^Stack:\S+ is in DELETE_FAILED state and can not be updated\.$/) });
  });

  test('fails to delete it, until its stream has ended', async () => {
    const arn = await deployLive();

    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stage' }));
    const { status, reasons } = await outcome();
    expect(status).toBe('DELETE_FAILED');
    expect(reasons).toContainEqual(expect.stringContaining('ConflictException'));

    aws.ivs.endStream(arn);
    await cloudformation.send(new DeleteStackCommand({ StackName: 'Stage' }));
    expect(aws.ivs.allChannels.map((one) => one.arn)).not.toContain(arn);
  });
});
