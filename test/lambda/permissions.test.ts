import {
  CreateStreamKeyCommand, DeleteStreamKeyCommand, GetStreamKeyCommand, IvsClient, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-ivs';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeployedHandler } from './support/deployed-handler';
import { REGION } from '../../local-aws/local-aws';
import { KeyTag } from '../../src/contract/tags';

const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c';

let handler: DeployedHandler;
let ivs: IvsClient;
let secretsManager: SecretsManagerClient;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  const { aws, role: { name: roleName } } = handler;
  const credentials = aws.identities.assume({ arn: `arn:aws:sts::123456789012:assumed-role/${roleName}/test`, roleName });
  ivs = new IvsClient({ endpoint: aws.url, region: REGION, credentials });
  secretsManager = new SecretsManagerClient({ endpoint: aws.url, region: REGION, credentials });
});
afterAll(async () => {
  ivs.destroy();
  secretsManager.destroy();
  await handler.stop();
});

const denied = { name: 'AccessDeniedException' };
const keyOfStack = (stack: string) => handler.channels.keyOf(handler.channels.createWithKey({ [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: 'Live' }))!;
const secretOfStack = (stack: string) =>
  handler.aws.secretsManager.createSecret(REGION, `secret-of-${stack.split('/')[1]}-${Date.now()}-${Math.random()}`, { tags: { [KeyTag.STACK]: stack } }, 'theirs');

/** What the handler does with a key, as a command about that key. */
const COMMANDS = {
  GetStreamKey: (arn: string) => ivs.send(new GetStreamKeyCommand({ arn })),
  TagResource: (resourceArn: string) => ivs.send(new TagResourceCommand({ resourceArn, tags: { [KeyTag.STACK]: handler.stackId } })),
  UntagResource: (resourceArn: string) => ivs.send(new UntagResourceCommand({ resourceArn, tagKeys: [KeyTag.RESOURCE] })),
  DeleteStreamKey: (arn: string) => ivs.send(new DeleteStreamKeyCommand({ arn })),
};
const commands = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];

test.each(commands)('IAM allows the handler %s on a key of its own stack', async (command) => {
  const key = keyOfStack(handler.stackId);

  await expect(COMMANDS[command](key.arn)).resolves.toBeDefined();
});

test.each(commands)('IAM refuses the handler %s on a key of another stack', async (command) => {
  const key = keyOfStack(OTHER_STACK);
  const tags = { ...key.tags };

  await expect(COMMANDS[command](key.arn)).rejects.toMatchObject(denied);
  expect(handler.aws.ivs.streamKeyOf(key.channelArn)).toBe(key);
  expect(key.tags).toEqual(tags);
});

test.each(commands.filter((command) => command !== 'TagResource'))('IAM refuses the handler %s on a key without an owner', async (command) => {
  const key = handler.channels.keyOf(handler.channels.createWithKey())!;

  await expect(COMMANDS[command](key.arn)).rejects.toMatchObject(denied);
});

test('IAM refuses the handler to give a key of its own stack to another', async () => {
  const key = keyOfStack(handler.stackId);

  await expect(ivs.send(new TagResourceCommand({ resourceArn: key.arn, tags: { [KeyTag.STACK]: OTHER_STACK } }))).rejects.toMatchObject(denied);
});

test.each([
  ['without an owner', {}],
  ['of another stack', { [KeyTag.STACK]: OTHER_STACK }],
])('IAM refuses the handler to create a key %s', async (_what, tags) => {
  const channel = handler.channels.create();

  await expect(ivs.send(new CreateStreamKeyCommand({ channelArn: channel.arn, tags }))).rejects.toMatchObject(denied);
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

describe.each(['stream-key', 'channel'] as const)('if IVS authorizes CreateStreamKey on the %s', (createStreamKeyOn) => {
  beforeEach(() => { handler.aws.variants.createStreamKeyOn = createStreamKeyOn; });
  afterEach(() => { handler.aws.variants.createStreamKeyOn = 'stream-key'; });

  test('IAM allows the handler to create a key of its own stack', async () => {
    const channel = handler.channels.create();

    await ivs.send(new CreateStreamKeyCommand({ channelArn: channel.arn, tags: { [KeyTag.STACK]: handler.stackId } }));

    expect(handler.channels.keyOf(channel)).toBeDefined();
  });

  test('IAM refuses the handler to create a key of another stack', async () => {
    const channel = handler.channels.create();

    const created = ivs.send(new CreateStreamKeyCommand({ channelArn: channel.arn, tags: { [KeyTag.STACK]: OTHER_STACK } }));

    await expect(created).rejects.toMatchObject(denied);
    expect(handler.channels.keyOf(channel)).toBeUndefined();
  });
});

test('IAM allows the handler to store a value in a secret of its own stack', async () => {
  const secret = secretOfStack(handler.stackId);

  await expect(secretsManager.send(new PutSecretValueCommand({ SecretId: secret.arn, SecretString: 'ours' }))).resolves.toBeDefined();
});

test('IAM refuses the handler to store a value in a secret of another stack', async () => {
  const secret = secretOfStack(OTHER_STACK);

  await expect(secretsManager.send(new PutSecretValueCommand({ SecretId: secret.arn, SecretString: 'ours' }))).rejects.toMatchObject(denied);
  expect(secret.versions.size).toBe(1);
});

test('IAM refuses the handler to read a secret, even of its own stack', async () => {
  const secret = secretOfStack(handler.stackId);

  await expect(secretsManager.send(new GetSecretValueCommand({ SecretId: secret.arn }))).rejects.toMatchObject(denied);
});

/** By which ARN of the function which service may invoke it. */
const INVOKERS: [string, () => string, string][] = [
  ['secretsmanager.amazonaws.com', () => handler.functionArn, 'secretsmanager:us-east-1:ACCOUNT:secret:any'],
];
const authorize = (principal: string, functionArn: string, source: string, account: string) =>
  handler.aws.lambda.permissions.authorize(functionArn, { principal, sourceArn: `arn:aws:${source.replace('ACCOUNT', account)}` });

test.each(INVOKERS)('%s may invoke the handler for a source in the account', async (principal, functionArn, source) => {
  await expect(authorize(principal, functionArn(), source, '123456789012')).resolves.toBeUndefined();
});

test.each(INVOKERS)('%s may not invoke the handler for a source in another account', async (principal, functionArn, source) => {
  await expect(authorize(principal, functionArn(), source, '210987654321')).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('EventBridge may not invoke the handler: a rule that anyone adds could say that it is CloudFormation', async () => {
  await expect(authorize('events.amazonaws.com', handler.functionArn, 'events:us-east-1:ACCOUNT:rule/any', '123456789012'))
    .rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('no other rule may send to the queue', async () => {
  const service = { caller: { arn: 'events.amazonaws.com', roleName: 'events.amazonaws.com' }, keys: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/any' } };

  await expect(handler.aws.sqs.send(handler.eventBridge.queueArn, { body: '{}', attributes: {} }, service)).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('a CloudFormation request in a message is ignored', async () => {
  const live = await handler.live();
  const { event } = handler.cloudFormation.prepare({ RequestType: 'Delete', PhysicalResourceId: live.channel.arn, ResourceProperties: live.properties });
  const record = { messageId: '1', body: JSON.stringify(event), eventSource: 'aws:sqs', eventSourceARN: handler.eventBridge.queueArn };

  const { result } = await handler.aws.lambda.invoke(handler.functionArn, { Records: [record] });

  expect(JSON.parse(result!)).toEqual({ batchItemFailures: [] });
  expect(handler.channels.keyOf(live.channel)).toBeDefined();
  expect(handler.calls.take()).toEqual([]);
});
