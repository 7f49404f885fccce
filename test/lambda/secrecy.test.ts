import type { CloudFormation } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { IvsChannel } from '../../local-aws/ivs/ivs';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { WhileLive } from '../../src/contract/while-live';

/** A part of every key's value. */
const MARKER = 'FindMe';

let handler: DeployedHandler;
const answers: string[] = [];
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.ivs.streamKeys.marker = MARKER;
});
afterAll(() => handler.stop());
beforeEach(() => {
  handler.aws.endpoint.disturbances.clear();
  answers.length = 0;
});

/** Sends a request, and keeps what left the handler as answer. */
async function send(...request: Parameters<CloudFormation['sendForText']>) {
  const answer = await handler.cloudFormation.sendForText(...request);
  answers.push(answer);
  await handler.aws.lambda.idle();
  return JSON.parse(answer);
}

/** All that left the handler but for its calls to AWS. */
const leftBehind = () => [...answers, handler.aws.logs.text()].join('\n');

/** Everything that the channel has to keep to itself, and a look at whether there is anything to find. */
function expectNothingOf({ srt }: IvsChannel): void {
  expect(leftBehind()).toContain('"Status"');
  expect(leftBehind()).not.toContain(MARKER);
  expect(leftBehind()).not.toContain(srt.passphrase!);
}

test('neither answer nor log holds a key or a passphrase after success', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const ResourceProperties = propertiesOf(channel, secret);
  const rotated = { ...ResourceProperties, Serial: '2' };

  await send({ RequestType: 'Create', ResourceProperties });
  await send({ RequestType: 'Update', ResourceProperties: rotated, OldResourceProperties: ResourceProperties, PhysicalResourceId: channel.arn });
  expect(handler.encoder.read(secret)!.streamKey).toContain(MARKER);
  await send({ RequestType: 'Delete', ResourceProperties: rotated, PhysicalResourceId: channel.arn });

  expectNothingOf(channel);
});

test('neither answer nor log holds an adopted key', async () => {
  const channel = handler.channels.createWithKey();

  const { Status } = await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.secretsManager.createSecret()) });

  expect(Status).toBe('SUCCESS');
  expectNothingOf(channel);
});

test('a Secrets Manager error that quotes the value is reported without it', async () => {
  const channel = handler.channels.createWithKey();
  const { value } = handler.channels.keyOf(channel)!;
  const message = `You can't store {"streamKey":"${value}","srtUrl":"srt://x:9000?streamid=${value}&passphrase=${channel.srt.passphrase}"}.`;
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', effect: new AwsError('InvalidParameterException', message) });

  const { Reason } = await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.secretsManager.createSecret()) });

  expect(Reason).toContain('InvalidParameterException: You can\'t store {"streamKey":"****","srtUrl":"srt://x:9000?streamid=****&passphrase=****"}.');
  expectNothingOf(channel);
});

test.each<[string, (text: string) => string]>([
  ['as it is', (text) => text], ['as JSON', (text) => JSON.stringify(text)], ['as in a URL', encodeURIComponent], ['as in a URL in JSON', (text) => JSON.stringify(encodeURIComponent(text))],
])('a passphrase with characters of a URL that an error quotes %s is blotted out', async (_, quoted) => {
  const channel = handler.channels.createWithKey();
  channel.srt.passphrase = 'a&b c%/"é-passphrase';
  const effect = new AwsError('InvalidParameterException', `No ${quoted(channel.srt.passphrase)}.`);
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', effect });

  const { Reason } = await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.secretsManager.createSecret()) });

  expect(Reason).toMatch(/InvalidParameterException: No "?\*\*\*\*"?\./);
  expect(handler.aws.logs.text()).not.toContain('-passphrase');
});

test('a failed step does not log the rotation token', async () => {
  const live = await handler.live();
  let token = '';
  const quoteIt = () => {
    token = handler.aws.endpoint.calls.byFunctions().find(({ operation }) => operation === 'secretsmanager:PutSecretValue')!.input.RotationToken;
    throw new AwsError('InvalidParameterException', `No ${token}.`);
  };
  handler.aws.lambda.update(handler.functionName, { timeout: 31 });
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', times: Infinity, effect: quoteIt });

  await handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret));
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(token).not.toBe('');
  expect(handler.aws.logs.text()).toContain('InvalidParameterException: No ****.');
  expect(handler.aws.logs.text()).not.toContain(token);
});

test('an error that quotes the previous key is reported without it', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const ResourceProperties = propertiesOf(channel, secret);
  await send({ RequestType: 'Create', ResourceProperties });
  const { value } = handler.channels.keyOf(channel)!;
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: new AwsError('ValidationException', `The key ${value} is invalid.`) });

  const { Reason } = await send({ RequestType: 'Delete', ResourceProperties, PhysicalResourceId: channel.arn });

  expect(Reason).toContain('The key **** is invalid.');
  expectNothingOf(channel);
});

test('an undeliverable answer logs neither the value nor the signed URL', async () => {
  const channel = handler.channels.createWithKey();
  handler.aws.endpoint.disturbances.add({ operation: 's3:PutObject', times: 4, anybody: true, effect: new AwsError('SlowDown', 'Please reduce your request rate.', 503) });

  await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.secretsManager.createSecret()) });

  expect(leftBehind()).toContain('answer not delivered');
  expect(leftBehind()).not.toContain('X-Amz-Signature');
  expectNothingOf(channel);
});

/** Every value that the channel has had as its key, and all that there is to be read of it outside of the secret. */
async function rotatedInEveryWay(): Promise<{ live: Live; readable: string }> {
  const live = await handler.live({ WhileLive: WhileLive.DISCONNECT, ...AT_ONCE_AFTER_STREAM });
  await handler.encoder.publish(live);
  await handler.secretsManager.rotateSecret(live.secret);
  await handler.encoder.publish(live);
  await handler.encoder.disconnect(live);
  const { eventBridge: { events }, logs } = handler.aws;
  expect(events.filter(({ resources }) => resources.includes(live.secret.arn))).toHaveLength(3);
  return { live, readable: JSON.stringify([logs.text(), events, handler.channels.keyOf(live.channel)!.tags, live.secret.tags, live.channel.tags]) };
}

test('no log, event or tag holds a key after rotations by RotateSecret and at the end of a broadcast', async () => {
  const { live, readable } = await rotatedInEveryWay();

  expect(handler.encoder.read(live.secret)!.streamKey).toContain(MARKER);
  expect(readable).not.toContain(MARKER);
  expect(readable).not.toContain(live.channel.srt.passphrase!);
});

/** Has Secrets Manager refuse every value and quote it; returns what puts an end to that. */
function refuseValues(): () => void {
  const { operations } = handler.aws.secretsManager;
  const { PutSecretValue } = operations;
  operations.PutSecretValue = async ({ SecretString }) => { throw new AwsError('InvalidParameterException', `You can't store ${SecretString}.`); };
  // A rotation insists until the time is nearly up.
  handler.aws.lambda.update(handler.functionName, { timeout: 32 });
  return () => {
    operations.PutSecretValue = PutSecretValue;
    handler.aws.lambda.update(handler.functionName, { timeout: 300 });
  };
}

test.each<[string, Partial<StreamKeyProperties>, (live: Live) => Promise<unknown>]>([
  ['createSecret', {}, (live) => handler.secretsManager.step(live.secret, 'createSecret', handler.secretsManager.stage(live.secret))],
  ['the end of a broadcast', AT_ONCE_AFTER_STREAM, (live) => handler.encoder.publish(live).then(() => handler.encoder.disconnect(live))],
])('an error that quotes what was to be stored is passed on by %s without key and passphrase', async (_, more, run) => {
  const live = await handler.live(more);
  await handler.aws.clock.advance(60_000);
  const accept = refuseValues();

  const outcome = await run(live);
  accept();

  const readable = [JSON.stringify(outcome), handler.aws.logs.text(), JSON.stringify(handler.aws.sqs.messagesOf(handler.eventBridge.deadLetterQueueArn))].join('\n');
  expect(handler.logged('rotation failed', live.channel)[0].why).toContain('"streamKey":"****"');
  expect(readable).not.toContain(MARKER);
  expect(readable).not.toContain(live.channel.srt.passphrase!);
});
