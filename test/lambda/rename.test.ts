import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { LOOK } from './support/look';
import { AwsError } from '../../local-aws/core/aws-error';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

interface Renamed extends Live {
  readonly newSecret: Secret;
  readonly newProperties: StreamKeyProperties;
  readonly answer: HandlerAnswer;
}

/** A resource `Live` whose construct was renamed: CloudFormation creates `Renamed`, and deletes `Live` later. */
async function rename(more: Partial<StreamKeyProperties> = {}): Promise<Renamed> {
  const live = await handler.live();
  const newSecret = handler.secretsManager.createSecret();
  const newProperties = propertiesOf(live.channel, newSecret, more);
  const answer = await handler.cloudFormation.create(newProperties, { LogicalResourceId: 'Renamed' });
  return { ...live, newSecret, newProperties, answer };
}

const deleteOldName = ({ properties }: Renamed) => handler.cloudFormation.delete(properties);
const deleteNewName = ({ newProperties }: Renamed) => handler.cloudFormation.delete(newProperties, { LogicalResourceId: 'Renamed' });

const ownerOf = ({ channel }: Live) => {
  const { [KeyTag.RESOURCE]: resource, [KeyTag.PREDECESSOR]: predecessor } = handler.channels.keyOf(channel)!.tags;
  return { resource, predecessor };
};

test('the new name takes over the key without rotating it', async () => {
  const live = await handler.live();
  const key = handler.channels.keyOf(live.channel)!;
  const newSecret = handler.secretsManager.createSecret();

  const answer = await handler.cloudFormation.create(propertiesOf(live.channel, newSecret), { LogicalResourceId: 'Renamed' });

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(live.channel)).toBe(key);
  expect(handler.encoder.read(newSecret)!.streamKey).toBe(key.value);
});

test('the key is tagged with the old name until CloudFormation deletes that', async () => {
  const renamed = await rename();

  expect(ownerOf(renamed)).toEqual({ resource: 'Renamed', predecessor: 'Live' });
});

test('the late Delete of the old name leaves the key to the new name alone', async () => {
  const renamed = await rename();
  const key = handler.channels.keyOf(renamed.channel);

  const answer = await deleteOldName(renamed);

  expect(answer.Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(renamed.channel)).toBe(key);
  expect(ownerOf(renamed)).toEqual({ resource: 'Renamed', predecessor: undefined });
});

test('the new name deletes the key on its own Delete', async () => {
  const renamed = await rename();
  await deleteOldName(renamed);

  await deleteNewName(renamed);

  expect(handler.channels.keyOf(renamed.channel)).toBeUndefined();
});

test('the new name can rotate the key once the old name is deleted', async () => {
  const renamed = await rename();
  await deleteOldName(renamed);
  const { newProperties, newSecret, channel } = renamed;

  await handler.cloudFormation.update(newProperties, { ...newProperties, Serial: '2' }, { LogicalResourceId: 'Renamed' });

  expect(handler.channels.keyOf(channel)!.tags[KeyTag.SERIAL]).toBe('2');
  expect(handler.encoder.read(newSecret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
});

test('an adopted key stays adopted under the new name', async () => {
  const { channel } = await handler.live({}, handler.channels.createWithKey());

  await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()), { LogicalResourceId: 'Renamed' });

  expect(handler.channels.keyOf(channel)!.tags[KeyTag.ORIGIN]).toBe('adopted');
});

describe('a rename that is rolled back', () => {
  test('returns the key to the old name', async () => {
    const renamed = await rename();
    const key = handler.channels.keyOf(renamed.channel);

    const answer = await deleteNewName(renamed);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(renamed.channel)).toBe(key);
    expect(ownerOf(renamed)).toEqual({ resource: 'Live', predecessor: undefined });
  });

  test('leaves the key in the old name\'s secret', async () => {
    const renamed = await rename();

    await deleteNewName(renamed);

    expect(handler.encoder.read(renamed.secret)!.streamKey).toBe(handler.channels.keyOf(renamed.channel)!.value);
  });

  test('lets the old name\'s secret rotate the key', async () => {
    const renamed = await rename();
    await deleteNewName(renamed);

    const attempts = await handler.secretsManager.rotateSecret(renamed.secret);

    expect(attempts[0].error).toBeUndefined();
    expect(handler.encoder.read(renamed.secret)!.streamKey).toBe(handler.channels.keyOf(renamed.channel)!.value);
  });

  test('lets the old name delete the key', async () => {
    const renamed = await rename();
    await deleteNewName(renamed);

    await deleteOldName(renamed);

    expect(handler.channels.keyOf(renamed.channel)).toBeUndefined();
  });

  test('lets the next deployment rename again', async () => {
    const renamed = await rename();
    await deleteNewName(renamed);

    const answer = await handler.cloudFormation.create(renamed.newProperties, { LogicalResourceId: 'Renamed' });

    expect(answer.Status).toBe('SUCCESS');
    expect(ownerOf(renamed)).toEqual({ resource: 'Renamed', predecessor: 'Live' });
  });

  test.each([
    ['before', 'ivs:TagResource'], ['after', 'ivs:TagResource'],
    ['before', 'ivs:UntagResource'], ['after', 'ivs:UntagResource'],
  ] as const)('hands the key back whole after a crash %s %s', async (when, operation) => {
    const renamed = await rename();
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    await deleteNewName(renamed);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(ownerOf(renamed)).toEqual({ resource: 'Live', predecessor: undefined });
  });

  test('lets the old name delete the key, even after a crash', async () => {
    const renamed = await rename();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', effect: 'crash' });
    await deleteNewName(renamed);

    await deleteOldName(renamed);

    expect(handler.channels.keyOf(renamed.channel)).toBeUndefined();
  });
});

describe('a rename with a higher serial', () => {
  test('is refused, and the reason says what to do instead', async () => {
    const { channel, answer } = await rename({ Serial: '2' });

    expect(answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: channel.arn,
      Reason: `The stream key of the channel ${channel.arn} belongs to Live of this stack, which Renamed seems to replace, `
        + 'and serial 2 asks for a rotation as well. Were the deployment rolled back, the secret of Live would hold a dead key. '
        + 'Rename the construct first, with serial 1, and count serial up in the next deployment.',
    });
  });

  test('changes nothing', async () => {
    const live = await handler.live();
    const [key, newSecret] = [handler.channels.keyOf(live.channel)!, handler.secretsManager.createSecret()];
    const tags = { ...key.tags };

    await handler.cloudFormation.create(propertiesOf(live.channel, newSecret, { Serial: '2' }), { LogicalResourceId: 'Renamed' });

    expect(handler.channels.keyOf(live.channel)).toBe(key);
    expect(key.tags).toEqual(tags);
    expect(newSecret.versions.size).toBe(0);
    expect(handler.calls.take().sort()).toEqual(LOOK);
  });

  test('leaves the key with the old name when CloudFormation cleans up the failed Create', async () => {
    const renamed = await rename({ Serial: '2' });
    const key = handler.channels.keyOf(renamed.channel);

    await deleteNewName(renamed);

    expect(handler.channels.keyOf(renamed.channel)).toBe(key);
    expect(ownerOf(renamed)).toEqual({ resource: 'Live', predecessor: undefined });
  });
});

describe('an old name that CloudFormation never deletes', () => {
  const update = (renamed: Renamed, change: Partial<StreamKeyProperties>) =>
    handler.cloudFormation.update(renamed.newProperties, { ...renamed.newProperties, ...change }, { LogicalResourceId: 'Renamed' });

  test.each<[string, Partial<StreamKeyProperties>]>([
    ['rotates the key', { Serial: '2' }],
    ['changes a tag', { Tags: [{ Key: 'team', Value: 'sports' }] }],
    ['no longer retains it', { Retained: undefined }],
  ])('is forgotten by the next deployment, which %s', async (_what, change) => {
    const renamed = await rename({ Retained: 'true' });

    await update(renamed, change);

    expect(ownerOf(renamed)).toEqual({ resource: 'Renamed', predecessor: undefined });
  });

  test('does not get the key back when the new name is deleted, if its Delete failed', async () => {
    const renamed = await rename();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', effect: new AwsError('ValidationException', 'No.') });
    const failed = await deleteOldName(renamed);
    await update(renamed, { Serial: '2' });

    const { Status } = await handler.cloudFormation.delete({ ...renamed.newProperties, Serial: '2' }, { LogicalResourceId: 'Renamed' });

    expect([failed.Status, Status]).toEqual(['FAILED', 'SUCCESS']);
    expect(handler.channels.keyOf(renamed.channel)).toBeUndefined();
  });
});
