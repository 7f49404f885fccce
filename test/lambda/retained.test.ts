import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A resource that its template retained, so that it was taken out without a Delete. */
const retained = () => handler.live({ Retained: 'true' });

describe('a retained key that the same resource takes back', () => {
  test('keeps its value, stored in the new secret', async () => {
    const { channel } = await retained();
    const { arn } = handler.channels.keyOf(channel)!;
    const secret = handler.secretsManager.createSecret();

    const { Status } = await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)!.arn).toBe(arn);
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('stays when the Create is rolled back', async () => {
    const { channel } = await retained();
    const properties = propertiesOf(channel, handler.secretsManager.createSecret());
    await handler.cloudFormation.create(properties);

    const { Status } = await handler.cloudFormation.delete(properties);

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toBeDefined();
  });

  test('stays when the Create was refused before it did anything', async () => {
    const { channel } = await retained();
    const properties = propertiesOf(channel, handler.secretsManager.createSecret(), { Serial: 'x' });
    const { Status, PhysicalResourceId } = await handler.cloudFormation.create(properties);

    await handler.cloudFormation.delete(properties, { PhysicalResourceId });

    expect(Status).toBe('FAILED');
    expect(handler.channels.keyOf(channel)).toBeDefined();
  });

  test('is created by us once it is rotated, and deleted with the resource', async () => {
    const { channel } = await retained();
    const properties = propertiesOf(channel, handler.secretsManager.createSecret());
    await handler.cloudFormation.create(properties);
    const rotated = { ...properties, Serial: '2' };
    await handler.cloudFormation.update(properties, rotated);

    await handler.cloudFormation.delete(rotated);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });
});

test('a key that is no longer retained is deleted with its resource', async () => {
  const { channel, properties } = await retained();
  const { Retained: _, ...released } = properties;
  await handler.cloudFormation.update(properties, released);

  await handler.cloudFormation.delete(released);

  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('a retained key stays retained when it is rotated', async () => {
  const live = await retained();

  await handler.secretsManager.rotateSecret(live.secret);

  expect(handler.channels.keyOf(live.channel)!.tags[KeyTag.ORIGIN]).toBe('retained');
});

describe('a key older than the Create that finds it, as left by RETAIN_EXCEPT_ON_CREATE,', () => {
  const HOUR = 3_600_000;
  /** A resource that was taken out without a Delete an hour ago. */
  const takenOut = async () => {
    const live = await handler.live();
    handler.channels.keyOf(live.channel)!.tags[KeyTag.CREATED] = new Date(Date.now() - HOUR).toISOString();
    return live;
  };

  test('stays when the Create is rolled back', async () => {
    const { channel } = await takenOut();
    const properties = propertiesOf(channel, handler.secretsManager.createSecret());
    await handler.cloudFormation.create(properties);

    const { Status } = await handler.cloudFormation.delete(properties);

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toBeDefined();
  });

  test('keeps its origin on an Update', async () => {
    const live = await takenOut();

    await handler.cloudFormation.update(live.properties, { ...live.properties, Tags: [{ Key: 'team', Value: 'sports' }] });

    expect(handler.channels.keyOf(live.channel)!.tags[KeyTag.ORIGIN]).toBe('created');
  });
});

test('a key that an earlier attempt of the Create made is deleted when the Create is rolled back', async () => {
  const properties = propertiesOf(handler.channels.create(), handler.secretsManager.createSecret());
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'crash' });
  await handler.cloudFormation.create(properties);

  await handler.cloudFormation.delete(properties);

  expect(handler.aws.ivs.streamKeyOf(properties.ChannelArn)).toBeUndefined();
});
