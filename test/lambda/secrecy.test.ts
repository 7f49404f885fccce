import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedHandler, propertiesOf } from './deployed-handler';
import { AwsError } from '../local-aws/aws-error';
import type { IvsChannel } from '../local-aws/services/ivs';

/** A part of every key's value. */
const MARKER = 'FindMe';

let handler: DeployedHandler;
const answers: string[] = [];
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.ivs.marker = MARKER;
});
afterAll(() => handler.stop());
beforeEach(() => {
  handler.aws.endpoint.disturbances.clear();
  answers.length = 0;
});

/** Sends a request, and keeps what left the handler as answer. */
async function send(...request: Parameters<DeployedHandler['sendForText']>) {
  const ends = () => handler.aws.logs.text().split('END RequestId').length;
  const before = ends();
  const answer = await handler.sendForText(...request);
  answers.push(answer);
  while (ends() === before) await sleep(5);
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

test('neither an answer nor the log holds a key or a passphrase when all goes well', async () => {
  const [channel, secret] = [handler.newChannel(), handler.newSecret()];
  const ResourceProperties = propertiesOf(channel, secret);
  const rotated = { ...ResourceProperties, Serial: '2' };

  await send({ RequestType: 'Create', ResourceProperties });
  await send({ RequestType: 'Update', ResourceProperties: rotated, OldResourceProperties: ResourceProperties, PhysicalResourceId: channel.arn });
  expect(handler.storedIn(secret)!.streamKey).toContain(MARKER);
  await send({ RequestType: 'Delete', ResourceProperties: rotated, PhysicalResourceId: channel.arn });

  expectNothingOf(channel);
});

test('neither an answer nor the log holds an adopted key', async () => {
  const channel = handler.newChannelWithKey();

  const { Status } = await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.newSecret()) });

  expect(Status).toBe('SUCCESS');
  expectNothingOf(channel);
});

test('an error of Secrets Manager that quotes the value is passed on without it', async () => {
  const channel = handler.newChannelWithKey();
  const { value } = handler.keyOf(channel)!;
  const message = `You can't store {"streamKey":"${value}","srtUrl":"srt://x:9000?streamid=${value}&passphrase=${channel.srt.passphrase}"}.`;
  handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', effect: new AwsError('InvalidParameterException', message) });

  const { Reason } = await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.newSecret()) });

  expect(Reason).toContain('InvalidParameterException: You can\'t store {"streamKey":"****","srtUrl":"srt://x:9000?streamid=****&passphrase=****"}.');
  expectNothingOf(channel);
});

test('an error that quotes the value of the key stored before is passed on without it', async () => {
  const [channel, secret] = [handler.newChannel(), handler.newSecret()];
  const ResourceProperties = propertiesOf(channel, secret);
  await send({ RequestType: 'Create', ResourceProperties });
  const { value } = handler.keyOf(channel)!;
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', effect: new AwsError('ValidationException', `The key ${value} is invalid.`) });

  const { Reason } = await send({ RequestType: 'Delete', ResourceProperties, PhysicalResourceId: channel.arn });

  expect(Reason).toContain('The key **** is invalid.');
  expectNothingOf(channel);
});

test('an answer that cannot be delivered logs neither the value nor the signed URL', async () => {
  const channel = handler.newChannelWithKey();
  handler.aws.endpoint.disturbances.add({ operation: 's3:PutObject', times: 4, anybody: true, effect: new AwsError('SlowDown', 'Please reduce your request rate.', 503) });

  await send({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.newSecret()) });

  expect(leftBehind()).toContain('answer not delivered');
  expect(leftBehind()).not.toContain('X-Amz-Signature');
  expectNothingOf(channel);
});
