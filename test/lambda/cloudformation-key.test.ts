import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { ADOPT_TAG, KeyTag } from '../../src/contract/tags';

const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const systemTags = (stack = handler.stackId) => ({
  'aws:cloudformation:stack-id': stack, 'aws:cloudformation:stack-name': 'Name', 'aws:cloudformation:logical-id': 'Key',
});
const memoryOf = (more: Partial<Record<KeyTag, string>> = {}) => ({
  [KeyTag.STACK]: handler.stackId,
  [KeyTag.RESOURCE]: 'Live',
  [KeyTag.SERIAL]: '1',
  [KeyTag.ORIGIN]: 'adopted',
  [KeyTag.SECRET]: expect.any(String),
  ...more,
});
/** A channel with a key that CloudFormation has made. */
const channelOf = (stack?: string, tags: Record<string, string> = {}) => handler.channels.createWithKey({ ...systemTags(stack), ...tags });
const handedOver = (tags: Record<string, string> = {}) => channelOf(handler.stackId, { [ADOPT_TAG]: 'true', ...tags });

describe('a CloudFormation key with the adoption tag', () => {
  test('is adopted with its value', async () => {
    const channel = handedOver();
    const { arn, value } = handler.channels.keyOf(channel)!;

    const { secret } = await handler.live({}, channel);

    expect(handler.channels.keyOf(channel)).toMatchObject({ arn, value, tags: memoryOf() });
    expect(handler.encoder.read(secret)!.streamKey).toBe(value);
  });

  test('is adopted from another stack', async () => {
    const channel = channelOf(OTHER_STACK, { [ADOPT_TAG]: 'true' });

    const { secret } = await handler.live({}, channel);

    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('is adopted even if AWS tags bring it above 50 tags', async () => {
    const own = Object.fromEntries(Array.from({ length: 44 }, (_, number) => [`tag-${number}`, '']));
    const channel = handedOver(own);

    await handler.live({}, channel);

    expect(Object.keys(handler.channels.keyOf(channel)!.tags)).toHaveLength(3 + 1 + 44 + 5);
  });

  test('is rotated to a key with its other tags, and none of CloudFormation\'s', async () => {
    const live = await handler.live({}, handedOver({ team: 'sports' }));

    const { Status } = await handler.cloudFormation.deploy(live, { Serial: '2' });

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(live.channel)!.tags).toEqual({
      ...memoryOf({ [KeyTag.SERIAL]: '2', [KeyTag.ORIGIN]: 'created' }), [KeyTag.CREATED]: expect.any(String), team: 'sports',
    });
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

  test('gets changed tags', async () => {
    const live = await handler.live({ Tags: [{ Key: 'team', Value: 'sports' }] }, handedOver());

    const { Status } = await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'stage', Value: 'prod' }] });

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ ...systemTags(), ...memoryOf(), [ADOPT_TAG]: 'true', stage: 'prod' });
  });

  test('is released on Delete as it was', async () => {
    const { channel, properties } = await handler.live({}, handedOver());

    const { Status } = await handler.cloudFormation.delete(properties);

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)!.tags).toEqual({ ...systemTags(), [ADOPT_TAG]: 'true' });
  });
});

describe('a CloudFormation key without the adoption tag', () => {
  const byHand = (arn: string) => `If Key is no longer in its stack, or the stack is gone: "aws ivs tag-resource --resource-arn ${arn} --tags managed-stream-key:adopt=true", and deploy again.`;

  test('is refused, and the reason names the two deployments that adopt it', async () => {
    const channel = channelOf();
    const { arn } = handler.channels.keyOf(channel)!;

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect({ Status, Reason }).toEqual({
      Status: 'FAILED',
      Reason: `The stream key ${arn} of the channel ${channel.arn} was made by CloudFormation for Key of this stack. `
        + 'If Key leaves the template in this deployment, CloudFormation deletes the key afterwards. Nothing has been changed. Deploy twice: '
        + 'first keep Key, with RemovalPolicy.RETAIN and the tag managed-stream-key:adopt=true (ManagedStreamKey.prepareAdoption sets both); '
        + `then put the ManagedStreamKey in its place, under another construct id. ${byHand(arn)}`,
    });
  });

  test('is refused with the name of its stack, if that is another one', async () => {
    const channel = channelOf(OTHER_STACK);
    const { arn } = handler.channels.keyOf(channel)!;

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect({ Status, Reason }).toEqual({
      Status: 'FAILED',
      Reason: `The stream key ${arn} of the channel ${channel.arn} was made by CloudFormation for Key of the stack ${OTHER_STACK}. `
        + 'That stack may delete the key. Nothing has been changed. First deploy that stack with RemovalPolicy.RETAIN and the tag managed-stream-key:adopt=true on Key '
        + `(ManagedStreamKey.prepareAdoption sets both), then take Key out of it, and deploy this stack again. ${byHand(arn)}`,
    });
  });

  test.each([['Create'], ['Update']] as const)('is not touched on %s', async (RequestType) => {
    const [channel, secret] = [channelOf(), handler.secretsManager.createSecret()];
    const properties = propertiesOf(channel, secret, { Serial: '2' });
    const before = structuredClone(handler.channels.keyOf(channel));

    await handler.cloudFormation.send({ RequestType, ResourceProperties: properties, OldResourceProperties: { ...properties, Serial: '1' } });

    expect(handler.channels.keyOf(channel)).toEqual(before);
    expect(secret.versions.size).toBe(0);
    expect(handler.calls.take().filter((call) => !/:(List|Get|Describe)/.test(call))).toEqual([]);
  });

  test('is left alone on Delete', async () => {
    const channel = channelOf();
    const before = structuredClone(handler.channels.keyOf(channel));

    const { Status } = await handler.cloudFormation.delete(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toEqual(before);
  });
});
