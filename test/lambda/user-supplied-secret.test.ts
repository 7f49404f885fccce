import { randomUUID } from 'node:crypto';
import { TagResourceCommand, SecretsManagerClient, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';
const THEIRS = { team: 'sports' };

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A secret that somebody else has made, with a value. */
const ownSecret = (tags: Record<string, string> = THEIRS): Secret =>
  handler.aws.secretsManager.createSecret(REGION, `own-${randomUUID()}`, { tags: { ...tags } }, '{"streamKey":"by hand"}');

const own = (channel: IvsChannel, secret: Secret, more: Partial<StreamKeyProperties> = {}) => propertiesOf(channel, secret, { UserSuppliedSecret: 'true', ...more });

async function live(more: Partial<StreamKeyProperties> = {}, channel = handler.channels.create(), secret = ownSecret()): Promise<Live> {
  const properties = own(channel, secret, more);
  const { Status, Reason } = await handler.cloudFormation.create(properties);
  if (Status !== 'SUCCESS') throw new Error(`The resource was not created: ${Reason}`);
  handler.calls.take();
  return { channel, secret, properties };
}

/** What a secret says in its tags that holds the key of a resource. */
const taken = ({ arn }: IvsChannel, more: Record<string, string> = {}) => ({
  ...THEIRS,
  [KeyTag.STACK]: handler.stackId,
  [KeyTag.RESOURCE]: 'Live',
  [KeyTag.SERIAL]: '1',
  [SecretTag.CHANNEL]: arn,
  [SecretTag.USER_SUPPLIED]: 'true',
  ...more,
});

describe('a user-supplied secret', () => {
  test('is tagged with its owner, and keeps its other tags', async () => {
    const { channel, secret } = await live();

    expect(secret.tags).toEqual(taken(channel));
  });

  test('is tagged with the desired state', async () => {
    const { channel, secret } = await live({ Serial: '3', WhileLive: WhileLive.DISCONNECT, RotateAfterStream: 'true', ReconnectWindow: '60' });

    expect(secret.tags).toEqual(taken(channel, {
      [KeyTag.SERIAL]: '3', [SecretTag.WHILE_LIVE]: 'DISCONNECT', [SecretTag.ROTATE_AFTER_STREAM]: 'true', [SecretTag.RECONNECT_WINDOW]: '60',
    }));
  });

  test('holds the key, and its earlier value as the previous version', async () => {
    const { channel, secret } = await live();

    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
    expect(secret.versions.get(handler.secretsManager.versionWith(secret, 'AWSPREVIOUS')!)!.value).toBe('{"streamKey":"by hand"}');
  });

  test('counts no rotation for the first key', async () => {
    const { channel } = await live();

    expect(handler.logged('rotated', channel)).toEqual([]);
  });

  test('is left alone by an unrelated update', async () => {
    const { properties } = await live();

    await handler.cloudFormation.update(properties, { ...properties, Tags: [{ Key: 'show', Value: 'evening' }] });

    expect(handler.calls.take().filter((call) => /secretsmanager:(Tag|Untag|Put)/.test(call))).toEqual([]);
  });

  test('is tagged again when the desired state changes', async () => {
    const { channel, secret, properties } = await live({ WhileLive: WhileLive.DEFER, ReconnectWindow: '120' });

    await handler.cloudFormation.update(properties, own(channel, secret, { Serial: '2' }));

    expect(secret.tags).toEqual(taken(channel, { [KeyTag.SERIAL]: '2' }));
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('is rotated by Secrets Manager like a created one', async () => {
    const { channel, secret } = await live();
    const before = handler.channels.keyOf(channel)!.value;

    const attempts = await handler.secretsManager.rotateSecret(secret);

    expect(attempts.at(-1)).toMatchObject({ error: undefined });
    expect(handler.channels.keyOf(channel)!.value).not.toBe(before);
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('does not pass its own tags to a rotated key', async () => {
    const { channel, secret } = await live();
    handler.aws.ivs.deleteStreamKey(handler.channels.keyOf(channel)!.arn);

    await handler.secretsManager.rotateSecret(secret);

    expect(handler.channels.keyOf(channel)!.tags).not.toHaveProperty('team');
  });

  test('is as it was after Delete, except for its value', async () => {
    const { channel, secret, properties } = await live();
    const value = handler.encoder.read(secret);

    const answer = await handler.cloudFormation.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toBeUndefined();
    expect(secret.tags).toEqual(THEIRS);
    expect(handler.encoder.read(secret)).toEqual(value);
  });

  test('can be used again after Delete', async () => {
    const { channel, secret, properties } = await live();
    await handler.cloudFormation.delete(properties);

    const answer = await handler.cloudFormation.create(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test.each([
    ['has been deleted', (secret: Secret) => handler.aws.secretsManager.deleteSecret(secret.arn)],
    ['is scheduled for deletion', (secret: Secret) => { secret.deleted = new Date(); }],
    ['has lost its tags', (secret: Secret) => { secret.tags = {}; }],
  ])('does not stand in the way of Delete when it %s', async (_, happen) => {
    const { secret, properties, channel } = await live();
    happen(secret);

    const answer = await handler.cloudFormation.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });

  test('keeps its tags, and the log says so, if the permission to remove them is gone', async () => {
    const { channel, secret, properties } = await live();
    handler.role.putPolicy(['secretsmanager:UntagResource']);

    const answer = await handler.cloudFormation.delete(properties);
    handler.role.putPolicy();
    await handler.aws.lambda.idle();

    expect(secret.tags).toEqual(taken(channel));
    expect(answer.Status).toBe('SUCCESS');
    const remark = `The secret ${secret.arn} keeps its tags, because secretsmanager:UntagResource failed: AccessDeniedException. `
      + `Before another stack can use it, take the tags off with "aws secretsmanager untag-resource --secret-id ${secret.arn} --tag-keys `
      + `${Object.keys(secret.tags).filter((name) => name !== 'team').join(' ')}".`;
    expect(handler.aws.logs.text()).toContain(JSON.stringify({ message: 'tags of the secret not removed', secretArn: secret.arn, remark }));
  });

  test('gets lost tags back with the next change', async () => {
    const { channel, secret, properties } = await live();
    secret.tags = { ...THEIRS };

    await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

    expect(secret.tags).toEqual(taken(channel, { [KeyTag.SERIAL]: '2' }));
  });

  test('is refused if it does not exist, and the reason says what to check', async () => {
    const channel = handler.channels.create();
    const secret = ownSecret();
    handler.aws.secretsManager.deleteSecret(secret.arn);

    const answer = await handler.cloudFormation.create(own(channel, secret));

    expect(answer.Reason).toMatch(/failed at secretsmanager:TagResource: ResourceNotFoundException: .* Check the secret that the construct was given\.$/);
    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });
});

describe.each([
  ['before', 'secretsmanager:TagResource'], ['after', 'secretsmanager:TagResource'],
  ['before', 'secretsmanager:PutSecretValue'], ['after', 'secretsmanager:PutSecretValue'],
] as const)('a crash %s %s', (when, operation) => {
  test('makes no difference on Create', async () => {
    const [channel, secret] = [handler.channels.create(), ownSecret()];
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    const answer = await handler.cloudFormation.create(own(channel, secret));

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(answer.Status).toBe('SUCCESS');
    expect(secret.tags).toEqual(taken(channel));
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });
});

test.each(['before', 'after'] as const)('Delete succeeds despite a crash %s UntagResource', async (when) => {
  const { secret, properties } = await live();
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:UntagResource', when, effect: 'crash' });

  const answer = await handler.cloudFormation.delete(properties);

  expect(answer.Status).toBe('SUCCESS');
  expect(secret.tags).toEqual(THEIRS);
});

describe('a secret that another stack uses', () => {
  const theirs = () => ({ ...THEIRS, [KeyTag.STACK]: OTHER_STACK, [KeyTag.RESOURCE]: 'Theirs' });

  test('is refused, and the reason names its owner', async () => {
    const secret = ownSecret(theirs());

    const answer = await handler.cloudFormation.create(own(handler.channels.create(), secret));

    expect(answer.Reason).toBe(`The secret ${secret.arn} holds the stream key of Theirs of the stack ${OTHER_STACK}, and a secret holds one. `
      + 'Give the construct another secret, or take the ManagedStreamKey out of one of the two stacks. If that one is gone, take the tags off with '
      + `"aws secretsmanager untag-resource --secret-id ${secret.arn} --tag-keys managed-stream-key:stack managed-stream-key:resource".`);
  });

  test('is not touched, and no key is created', async () => {
    const [channel, secret] = [handler.channels.create(), ownSecret(theirs())];
    const properties = own(channel, secret);

    await handler.cloudFormation.create(properties);
    await handler.cloudFormation.delete(properties);

    expect(handler.channels.keyOf(channel)).toBeUndefined();
    expect(secret.tags).toEqual(theirs());
    expect(secret.versions.size).toBe(1);
  });
});

describe('a secret that replaces another', () => {
  const replaced = async () => {
    const before = await live();
    const secret = ownSecret();
    const properties = own(before.channel, secret);
    const answer = await handler.cloudFormation.update(before.properties, properties);
    return { before, secret, properties, answer };
  };

  test('holds the key, which is not rotated', async () => {
    const { before: { channel }, secret, answer } = await replaced();

    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: channel.arn, Data: { SecretArn: secret.arn } });
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
    expect(secret.tags).toEqual(taken(channel));
  });

  test('releases the other one', async () => {
    const { before } = await replaced();

    expect(before.secret.tags).toEqual(THEIRS);
  });

  test('is released again when the update is rolled back', async () => {
    const { before, secret, properties } = await replaced();

    await handler.cloudFormation.update(properties, before.properties);

    expect(before.secret.tags).toEqual(taken(before.channel));
    expect(handler.encoder.read(before.secret)!.streamKey).toBe(handler.channels.keyOf(before.channel)!.value);
    expect(secret.tags).toEqual(THEIRS);
  });

  test('may be one that the construct creates', async () => {
    const before = await live();
    const made = handler.secretsManager.createSecret();

    await handler.cloudFormation.update(before.properties, propertiesOf(before.channel, made));

    expect(before.secret.tags).toEqual(THEIRS);
    expect(handler.encoder.read(made)!.streamKey).toBe(handler.channels.keyOf(before.channel)!.value);
  });
});

describe('another channel for the same secret', () => {
  const moved = async () => {
    const before = await live();
    const channel = handler.channels.create();
    const properties = own(channel, before.secret);
    await handler.cloudFormation.update(before.properties, properties);
    return { before, channel, properties };
  };

  test('keeps its key there after the late Delete of the first one', async () => {
    const { before, channel } = await moved();

    await handler.cloudFormation.delete(before.properties);

    expect(handler.channels.keyOf(before.channel)).toBeUndefined();
    expect(before.secret.tags).toEqual(taken(channel));
    expect(handler.encoder.read(before.secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('yields to the first one when the update is rolled back', async () => {
    const { before, channel, properties } = await moved();

    await handler.cloudFormation.update(properties, before.properties, { PhysicalResourceId: channel.arn });
    await handler.cloudFormation.delete(properties);

    expect(before.secret.tags).toEqual(taken(before.channel));
    expect(handler.encoder.read(before.secret)!.streamKey).toBe(handler.channels.keyOf(before.channel)!.value);
  });
});

describe('a renamed construct', () => {
  const RENAMED = { LogicalResourceId: 'Renamed' };
  const rename = async (more: Partial<StreamKeyProperties> = {}) => {
    const before = await live();
    const properties = own(before.channel, before.secret, more);
    const answer = await handler.cloudFormation.create(properties, RENAMED);
    return { ...before, newProperties: properties, answer };
  };

  test('takes the secret over', async () => {
    const { channel, secret, properties, answer } = await rename();

    await handler.cloudFormation.delete(properties);

    expect(answer.Status).toBe('SUCCESS');
    expect(secret.tags).toEqual(taken(channel, { [KeyTag.RESOURCE]: 'Renamed' }));
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test('returns the secret when it is rolled back', async () => {
    const { channel, secret, newProperties } = await rename();

    await handler.cloudFormation.delete(newProperties, RENAMED);

    expect(secret.tags).toEqual(taken(channel));
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

  test.each([
    ['before', 'secretsmanager:TagResource'], ['after', 'secretsmanager:TagResource'],
    ['before', 'secretsmanager:UntagResource'], ['after', 'secretsmanager:UntagResource'],
  ] as const)('gives the secret back whole after a crash %s %s', async (when, operation) => {
    const { channel, secret, newProperties } = await rename();
    handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

    await handler.cloudFormation.delete(newProperties, RENAMED);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(secret.tags).toEqual(taken(channel));
  });

  test('is refused a change that a roll-back could not undo', async () => {
    const { channel, secret, answer } = await rename({ WhileLive: WhileLive.DISCONNECT });

    expect(answer.Reason).toContain(`The secret ${secret.arn} holds the stream key of Live of this stack, which Renamed seems to replace, `
      + 'with other values of managed-stream-key:while-live. Were the deployment rolled back, the secret of Live would be wrong. '
      + 'Rename the construct first, and change the rest in the next deployment.');
    expect(secret.tags).toEqual(taken(channel));
  });

  test('leaves the secret to the old name if it is refused', async () => {
    const { channel, secret, newProperties } = await rename({ Serial: '2' });

    await handler.cloudFormation.delete(newProperties, RENAMED);

    expect(secret.tags).toEqual(taken(channel));
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });
});

test('rolling back a change of the provider returns a secret that IAM does not show yet', async () => {
  const secret = handler.aws.secretsManager.createSecret(REGION, `own-${randomUUID()}`, { tags: {} }, 'password');
  const properties: StreamKeyProperties = { ...propertiesOf(handler.channels.create(), secret), UserSuppliedSecret: 'true' };
  await handler.cloudFormation.create(properties);
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:DescribeSecret', effect: new AwsError('AccessDeniedException', 'Not yet.', 403) });
  await handler.cloudFormation.create(properties, { LogicalResourceId: 'Moved' });

  await handler.cloudFormation.delete(properties, { LogicalResourceId: 'Moved' });

  expect(secret.tags).toMatchObject({ [KeyTag.STACK]: handler.stackId, [KeyTag.RESOURCE]: 'Live', [KeyTag.SERIAL]: '1' });
});

describe('IAM refuses the handler', () => {
  let client: SecretsManagerClient;
  beforeAll(() => {
    const { aws, role: { name: roleName } } = handler;
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::123456789012:assumed-role/${roleName}/test`, roleName });
    client = new SecretsManagerClient({ endpoint: aws.url, region: REGION, credentials });
  });
  afterAll(() => client.destroy());

  const ours = () => ({ Key: KeyTag.STACK, Value: handler.stackId });
  const tag = (secret: Secret, ...Tags: { Key: string; Value: string }[]) => client.send(new TagResourceCommand({ SecretId: secret.arn, Tags }));
  const untag = (secret: Secret, ...TagKeys: string[]) => client.send(new UntagResourceCommand({ SecretId: secret.arn, TagKeys }));
  const of = (stack: string) => ownSecret({ ...THEIRS, [KeyTag.STACK]: stack });

  test.each<[string, () => Promise<unknown>]>([
    ['to take a secret of another stack', () => tag(of(OTHER_STACK), ours())],
    ['to give a secret to another stack', () => tag(of(handler.stackId), { Key: KeyTag.STACK, Value: OTHER_STACK })],
    ['to take tags off a secret of another stack', () => untag(of(OTHER_STACK), KeyTag.STACK)],
    ['to add tags other than its own', () => tag(of(handler.stackId), ours(), { Key: 'team', Value: 'news' })],
    ['to take off tags other than its own', () => untag(of(handler.stackId), 'team')],
  ])('%s', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
