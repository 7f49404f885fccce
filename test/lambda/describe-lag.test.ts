import { DeployedHandler } from './support/deployed-handler';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

describe('with DescribeSecret a second behind', () => {
  beforeEach(() => { handler.aws.variants.describeLag = 1_000; });

  test('rolling back a change of the channel leaves the old channel\'s key in the secret', async () => {
    const live = await handler.live();
    const other = { ...live.properties, ChannelArn: handler.channels.create().arn };
    await handler.cloudFormation.update(live.properties, other);

    const { Status } = await handler.cloudFormation.update(other, live.properties, { PhysicalResourceId: other.ChannelArn });

    expect(Status).toBe('SUCCESS');
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('rolling back insecureIngest leaves no RTMP URL in the secret', async () => {
    const live = await handler.live();
    const insecure = { ...live.properties, InsecureIngest: 'true' };
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: true });
    await handler.cloudFormation.update(live.properties, insecure);
    const hadUrl = 'rtmpUrl' in handler.encoder.read(live.secret)!;
    handler.aws.ivs.updateChannel(live.channel.arn, { insecureIngest: false });

    await handler.cloudFormation.update(insecure, live.properties);

    expect(hadUrl).toBe(true);
    expect(handler.encoder.read(live.secret)).not.toHaveProperty('rtmpUrl');
  });
});
