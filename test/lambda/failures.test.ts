import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import { REGION } from '../../local-aws/local-aws';
import type { StreamKeyProperties } from '../../src/contract/resource';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** The caller as IAM names it in its messages. */
const caller = () => `arn:aws:sts::123456789012:assumed-role/${handler.role.name}/${handler.functionName}`;
const denied = (action: string, resource: string) =>
  `User: ${caller()} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const LOOK_FOR = 'Look for a permissions boundary, a service control policy or a key policy that forbids it.';
const ON_THE_SECRET = ' on the secret, which must exist and have the tag managed-stream-key:stack';

test('names a missing channel', async () => {
  const ChannelArn = `arn:aws:ivs:${REGION}:123456789012:channel/gone`;

  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf({ arn: ChannelArn }, handler.secretsManager.createSecret()));

  expect(Status).toBe('FAILED');
  // Two calls ask for the channel at the same time, and one is the first to be answered.
  expect(Reason!.replace('ivs:GetChannel', 'ivs:ListStreamKeys')).toBe(
    `Create of the stream key of ${ChannelArn} failed at ivs:ListStreamKeys: ResourceNotFoundException: Resource: ${ChannelArn} not found. `
    + `The channel ${ChannelArn} does not exist in that region and account. Check the channel that the construct was given.`);
});

test('names a channel that the construct created and somebody deleted, and says how to get another', async () => {
  const { channel, properties } = await handler.live({ ManagesChannel: 'true' });
  handler.aws.ivs.deleteChannel(channel.arn);

  const { Status, Reason } = await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

  expect(Status).toBe('FAILED');
  expect(Reason).toContain(`The channel ${channel.arn}, which the construct made, was deleted outside the stack, and its stream key with it. `
    + 'CloudFormation does not notice that. Deploy the construct under another id (and with another secretName, if it has one): that makes another channel.');
});

test.each([['not-an-arn'], ['arn:aws:ivs:us-east-1:123456789012:stream-key/abc']])('refuses the invalid channel ARN %s', async (ChannelArn) => {
  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf({ arn: ChannelArn }, handler.secretsManager.createSecret()));

  expect(Status).toBe('FAILED');
  expect(Reason).toBe(`channel must have the ARN of an IVS channel, got: ${ChannelArn}. Check the channel that the construct was given.`);
});

test.each(['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'])('names a missing secret, also if %s fails last', async (slower) => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const effect = new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
  for (const operation of ['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds']) {
    handler.aws.endpoint.disturbances.add({ operation, effect, times: Infinity });
  }
  handler.aws.endpoint.disturbances.slowDown(200, slower);

  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, secret));

  expect(Status).toBe('FAILED');
  expect(Reason).toBe(`Create of the stream key of ${channel.arn} failed at secretsmanager:DescribeSecret: ResourceNotFoundException: `
    + `Secrets Manager can't find the specified secret. The secret ${secret.arn} does not exist: it was deleted outside the stack. `
    + 'Give the construct another secretName, so that CloudFormation makes a new one.');
});

test('names a secret scheduled for deletion, and the command that restores it', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  secret.deleted = new Date('2030-01-02T03:04:05Z');

  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, secret));

  expect(Status).toBe('FAILED');
  expect(Reason).toBe(`The secret ${secret.arn} is scheduled for deletion (2030-01-02T03:04:05.000Z). `
    + `Restore it with "aws secretsmanager restore-secret --secret-id ${secret.arn}" and deploy again.`);
});

test('touches no key while the secret is scheduled for deletion', async () => {
  const { channel, secret, properties } = await handler.live();
  const key = handler.channels.keyOf(channel);
  secret.deleted = new Date('2030-01-02T03:04:05Z');

  await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

  expect(handler.channels.keyOf(channel)).toBe(key);
});

test.each([['1.5'], ['x'], ['-1'], ['NaN'], ['Infinity'], ['9007199254740993']])('refuses the serial %s', async (Serial) => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, secret, { Serial }));

  expect(Status).toBe('FAILED');
  expect(Reason).toBe(`serial must be a whole number, 0 or more, got: ${Serial}. Count it up by 1 to rotate the stream key.`);
});

test('touches no key if the serial is invalid', async () => {
  const { channel, properties } = await handler.live();
  const key = handler.channels.keyOf(channel);

  await handler.cloudFormation.update(properties, { ...properties, Serial: '2.5' });

  expect(handler.channels.keyOf(channel)).toBe(key);
});

test('refuses an unknown request type', async () => {
  const answer = await handler.cloudFormation.send({ RequestType: 'Observe', ResourceProperties: propertiesOf(handler.channels.create(), handler.secretsManager.createSecret()) });

  expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'RequestType must be Create, Update or Delete, got: Observe.' });
});

test('tells an unverified account what to wait for', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', effect: new AwsError('PendingVerification', 'Your account is pending verification.', 403) });

  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, secret));

  expect(Status).toBe('FAILED');
  expect(Reason).toBe(`Create of the stream key of ${channel.arn} failed at ivs:CreateStreamKey: PendingVerification: Your account is pending verification. `
    + 'AWS is still verifying the account. Wait for its mail, or open a case with AWS Support, and deploy again.');
});

/** One request that fails: what it was about, and what came of it. */
interface Failed {
  readonly answer: Promise<HandlerAnswer>;
  readonly channelArn: string;
  /** What the call that failed was about. */
  readonly resource: string;
}

// The handler waits for a policy that may have been changed just before, as long as there is time: 5 seconds here.
describe('a missing permission', () => {
  const failed: Record<string, Failed> = {};
  let toBeRotated: Live;

  beforeAll(async () => {
    handler.aws.endpoint.disturbances.clear();
    toBeRotated = await handler.live();
    const [retagged, replicated, encrypted] = [await handler.live(), await handler.live(), await handler.live()];
    const channels = [handler.channels.create(), handler.channels.create()];
    const key = handler.aws.kms.createKey(REGION, { Version: '2012-10-17', Statement: [] });
    encrypted.secret.kmsKeyId = key.arn;
    handler.aws.ivs.updateChannel(encrypted.channel.arn, { insecureIngest: true });
    const goneSecret = { arn: `arn:aws:secretsmanager:${REGION}:123456789012:secret:gone-abcdef` };
    handler.aws.lambda.update(handler.functionName, { timeout: 35 });
    handler.role.putPolicy(['ivs:CreateStreamKey', 'ivs:DeleteStreamKey', 'ivs:TagResource', 'secretsmanager:ReplicateSecretToRegions']);

    const update = ({ properties, channel }: Live, change: Partial<StreamKeyProperties>, resource = handler.channels.keyOf(channel)!.arn): Failed =>
      ({ answer: handler.cloudFormation.update(properties, { ...properties, ...change }), channelArn: channel.arn, resource });
    const create = (channel: { arn: string }, secret: { arn: string }, resource: string): Failed =>
      ({ answer: handler.cloudFormation.create(propertiesOf(channel, secret)), channelArn: channel.arn, resource });
    Object.assign(failed, {
      'ivs:CreateStreamKey': create(channels[0], handler.secretsManager.createSecret(), `arn:aws:ivs:${REGION}:123456789012:stream-key/*`),
      'ivs:DeleteStreamKey': update(toBeRotated, { Serial: '2' }),
      'ivs:TagResource': update(retagged, { Tags: [{ Key: 'team', Value: 'sports' }] }),
      'secretsmanager:ReplicateSecretToRegions': update(replicated, { ReplicaRegions: [{ Region: 'eu-west-1' }] }, replicated.secret.arn),
      'secretsmanager:DescribeSecret': create(channels[1], goneSecret, goneSecret.arn),
      'secretsmanager:PutSecretValue': update(encrypted, { InsecureIngest: 'true' }, key.arn),
    });
    await Promise.all(Object.values(failed).map(({ answer }) => answer));
    handler.role.putPolicy();
    handler.aws.lambda.update(handler.functionName, { timeout: 300 });
  });

  async function expectReason(kind: string, action: string, message: (resource: string) => string, onTheSecret = ''): Promise<void> {
    const { answer, channelArn, resource } = failed[action];
    const { Status, Reason } = await answer;
    expect({ Status, Reason: Reason!.replace(/(?<=refused for )\d(?= seconds?:)/, '5') }).toEqual({
      Status: 'FAILED',
      Reason: `${kind} of the stream key of ${channelArn} failed at ${action}: AccessDeniedException: ${message(resource)}. `
        + `The handler's role has to be allowed ${action}${onTheSecret}. It was refused for 5 seconds: a policy that was changed just before should be in force by now. ${LOOK_FOR}`,
    });
  }

  test('to create a key is named', () =>
    expectReason('Create', 'ivs:CreateStreamKey', (resource) => denied('ivs:CreateStreamKey', resource)));

  test('to delete a key is named', () =>
    expectReason('Update', 'ivs:DeleteStreamKey', (resource) => denied('ivs:DeleteStreamKey', resource)));

  test('to delete a key leaves the key as it is', async () => {
    await failed['ivs:DeleteStreamKey'].answer;

    expect(handler.encoder.read(toBeRotated.secret)!.streamKey).toBe(handler.channels.keyOf(toBeRotated.channel)!.value);
  });

  test('to tag a key is named', () =>
    expectReason('Update', 'ivs:TagResource', (resource) => denied('ivs:TagResource', resource)));

  test('to replicate a secret is named', () =>
    expectReason('Update', 'secretsmanager:ReplicateSecretToRegions', (resource) => denied('secretsmanager:ReplicateSecretToRegions', resource), ON_THE_SECRET));

  test('to use the KMS key is named, and no other', async () => {
    const { answer, channelArn, resource } = failed['secretsmanager:PutSecretValue'];

    expect((await answer).Reason!.replace(/(?<=refused for )\d(?= seconds?:)/, '5')).toBe(`Update of the stream key of ${channelArn} failed at secretsmanager:PutSecretValue: AccessDeniedException: `
      + `Access to KMS is not allowed: ${denied('kms:GenerateDataKey', resource)}. `
      + 'It was refused for 5 seconds: a policy that was changed just before should be in force by now. '
      + 'The handler\'s role has to be allowed kms:GenerateDataKey and kms:Decrypt on the secret\'s KMS key, through Secrets Manager. '
      + 'Give the key to the construct as encryptionKey, or allow both in the policy of the key.');
  });

  test('to see the secret is named together with the chance that the secret is gone', () =>
    expectReason('Create', 'secretsmanager:DescribeSecret', (resource) => denied('secretsmanager:DescribeSecret', resource), ON_THE_SECRET));
});

// One second of patience, and the 30 that the handler keeps for a last attempt and for the answer.
describe('when the function runs out of time', () => {
  beforeAll(() => handler.aws.lambda.update(handler.functionName, { timeout: 31 }));
  afterAll(() => handler.aws.lambda.update(handler.functionName, { timeout: 300 }));

  test('explains a quota that stays exceeded', async () => {
    const channel = handler.channels.create();
    const effect = new AwsError('ServiceQuotaExceededException', 'The channel already has the maximum number of stream keys: 1', 402);
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', times: Infinity, effect });

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect(Status).toBe('FAILED');
    expect(Reason).toBe(`Create of the stream key of ${channel.arn} failed at ivs:CreateStreamKey: ServiceQuotaExceededException: `
      + 'The channel already has the maximum number of stream keys: 1. IVS allows one stream key per channel and says that there is one, yet shows none. Deploy again.');
  });

  test('explains a disabled KMS key', async () => {
    const channel = handler.channels.create();
    const effect = new AwsError('EncryptionFailure', 'Secrets Manager can\'t encrypt the protected secret text using the provided KMS key.');
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', times: Infinity, effect });

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, handler.secretsManager.createSecret()));

    expect(Status).toBe('FAILED');
    expect(Reason).toBe(`Create of the stream key of ${channel.arn} failed at secretsmanager:PutSecretValue: EncryptionFailure: `
      + 'Secrets Manager can\'t encrypt the protected secret text using the provided KMS key. '
      + 'Check that the secret\'s KMS key is enabled and that its policy allows the handler\'s role to use it.');
  });

  test('the roll-back creates the key that could not be created', async () => {
    const { channel, secret, properties } = await handler.live();
    const rotated = { ...properties, Serial: '2' };
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', times: Infinity, effect: new AwsError('InternalServerException', 'No.', 500) });
    const { Status } = await handler.cloudFormation.update(properties, rotated);
    expect(Status).toBe('FAILED');
    handler.aws.endpoint.disturbances.clear();

    await handler.cloudFormation.update(rotated, properties);

    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });
});

test('refuses another resource type by name', async () => {
  const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(handler.channels.create(), handler.secretsManager.createSecret()), { ResourceType: 'Custom::Other' });

  expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: 'ResourceType must be Custom::IvsStreamKey, got: Custom::Other.' });
});
