import { DeployedHandler } from './support/deployed-handler';
import { LOOK } from './support/look';
import { AwsError } from '../../local-aws/core/aws-error';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());
afterEach(() => { handler.aws.iam.propagation = 0; });

const create = (channelArn: string, secretArn: string) =>
  ({ RequestType: 'Create', ResourceProperties: { ChannelArn: channelArn, SecretArn: secretArn, Serial: '0' } });

test('creates a key on a channel without one, and stores its value', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];

  const answer = await handler.cloudFormation.send(create(channel.arn, secret.arn));

  const key = handler.channels.keyOf(channel)!;
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: channel.arn,
    Data: { StreamKeyArn: key.arn, SecretArn: secret.arn, SecretVersionId: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(handler.encoder.read(secret)).toEqual({
    channelArn: channel.arn,
    streamKeyArn: key.arn,
    streamKey: key.value,
    ingestEndpoint: channel.ingestEndpoint,
    rtmpsServer: `rtmps://${channel.ingestEndpoint}:443/app/`,
    rtmpsUrl: `rtmps://${channel.ingestEndpoint}:443/app/${key.value}`,
    srtServer: `srt://${channel.srt.endpoint}:9000`,
    srtStreamId: key.value,
    srtPassphrase: channel.srt.passphrase,
    srtUrl: `srt://${channel.srt.endpoint}:9000?streamid=${key.value}&passphrase=${channel.srt.passphrase}`,
    playbackUrl: channel.playbackUrl,
  });
});

test('tags a new key with its owner, serial and origin', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];

  await handler.cloudFormation.send({
    RequestType: 'Create',
    ResourceProperties: { ChannelArn: channel.arn, SecretArn: secret.arn, Serial: '7', Tags: [{ Key: 'team', Value: 'sports' }] },
  });

  expect(handler.channels.keyOf(channel)!.tags).toEqual({
    team: 'sports',
    [KeyTag.STACK]: handler.stackId,
    [KeyTag.RESOURCE]: 'Live',
    [KeyTag.SERIAL]: '7',
    [KeyTag.SECRET]: expect.stringMatching(/^[0-9a-f]{64}$/),
    [KeyTag.ORIGIN]: 'created',
    [KeyTag.CREATED]: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
});

test('takes three steps and a second look, and never reads the secret', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];

  await handler.cloudFormation.send(create(channel.arn, secret.arn));

  const calls = handler.calls.take();
  expect(calls.slice(0, 5).sort()).toEqual(LOOK);
  expect(calls.slice(5)).toEqual(['ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:ListStreamKeys']);
});

test('a repeated request changes nothing and gets the same answer', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const first = await handler.cloudFormation.send(create(channel.arn, secret.arn));
  const key = handler.channels.keyOf(channel);
  handler.calls.take();

  const second = await handler.cloudFormation.send(create(channel.arn, secret.arn));

  expect(second.Data).toEqual(first.Data);
  expect(handler.channels.keyOf(channel)).toBe(key);
  expect(handler.calls.take().sort()).toEqual(LOOK);
});

test('escapes the passphrase in the SRT URL, and nowhere else', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  channel.srt.passphrase = 'a&b c%/"é';

  await handler.cloudFormation.send(create(channel.arn, secret.arn));

  const { srtUrl, srtPassphrase, srtStreamId } = handler.encoder.read(secret)!;
  expect(srtPassphrase).toBe(channel.srt.passphrase);
  expect(Object.fromEntries(new URL(srtUrl).searchParams)).toEqual({ streamid: srtStreamId, passphrase: srtPassphrase });
});

test('a channel with insecure ingest gets RTMP and no SRT fields', async () => {
  const [channel, secret] = [handler.channels.create({ insecureIngest: true }), handler.secretsManager.createSecret()];

  await handler.cloudFormation.send(create(channel.arn, secret.arn));

  const stored = handler.encoder.read(secret)!;
  expect(stored).toHaveProperty('rtmpsUrl');
  expect(stored).toMatchObject({ rtmpServer: `rtmp://${channel.ingestEndpoint}/app/`, rtmpUrl: `rtmp://${channel.ingestEndpoint}/app/${stored.streamKey}` });
  expect(Object.keys(stored).filter((field) => field.startsWith('srt'))).toEqual([]);
});

test.each([
  ['before', 'ivs:ListStreamKeys'], ['after', 'ivs:ListStreamKeys'],
  ['before', 'ivs:GetChannel'], ['after', 'ivs:GetChannel'],
  ['before', 'secretsmanager:DescribeSecret'], ['after', 'secretsmanager:DescribeSecret'],
  ['before', 'ivs:CreateStreamKey'], ['after', 'ivs:CreateStreamKey'],
  ['before', 'secretsmanager:PutSecretValue'], ['after', 'secretsmanager:PutSecretValue'],
] as const)('a crash %s %s leaves nothing that the next attempt does not put right', async (when, operation) => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

  const answer = await handler.cloudFormation.send(create(channel.arn, secret.arn));

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
  expect(answer.Status).toBe('SUCCESS');
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
});

test('a lost answer of CreateStreamKey ends in one key, and the secret has its value', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:CreateStreamKey', when: 'after', effect: 'disconnect' });

  const answer = await handler.cloudFormation.send(create(channel.arn, secret.arn));

  expect(handler.calls.take()).toContain('ivs:CreateStreamKey!ServiceQuotaExceededException');
  expect(answer.Status).toBe('SUCCESS');
  expect(handler.aws.ivs.allStreamKeys.filter(({ channelArn }) => channelArn === channel.arn)).toHaveLength(1);
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
});

test.each([
  ['ThrottlingException', 429], ['ThrottlingException', 400], ['TooManyRequestsException', 429], ['RequestLimitExceeded', 400],
  ['SomethingThatNobodyHasHeardOf', 429], ['InternalServerException', 500], ['ServiceUnavailable', 503],
])('an error %s with HTTP status %d is no reason to fail', async (code, status) => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  const effect = new AwsError(code, 'Not now.', status);
  for (const operation of ['ivs:GetChannel', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue']) handler.aws.endpoint.disturbances.add({ operation, effect });

  const answer = await handler.cloudFormation.send(create(channel.arn, secret.arn));

  expect(handler.calls.take().filter((call) => call.endsWith(`!${code}`))).toHaveLength(3);
  expect(answer.Status).toBe('SUCCESS');
});

test('waits for permissions that take effect after two seconds', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  handler.role.putPolicy(['ivs:ListStreamKeys']);

  const answer = handler.cloudFormation.send(create(channel.arn, secret.arn));
  await handler.calls.until('ivs:ListStreamKeys!AccessDeniedException');
  handler.aws.iam.propagation = 2000;
  handler.role.putPolicy();

  expect((await answer).Status).toBe('SUCCESS');
  expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
});

test('25 simultaneous creations succeed at the 5 calls a second that IVS allows', async () => {
  for (const operation of ['CreateStreamKey', 'GetChannel', 'GetStreamKey', 'ListStreamKeys']) handler.aws.endpoint.rates.set(`ivs:${operation}`, 5);
  const pairs = Array.from({ length: 25 }, () => ({ channel: handler.channels.create(), secret: handler.secretsManager.createSecret() }));
  handler.aws.endpoint.disturbances.hold('ivs:ListStreamKeys', pairs.length);

  const answers = await Promise.all(pairs.map(({ channel, secret }) => handler.cloudFormation.send(create(channel.arn, secret.arn))));

  expect(handler.calls.take()).toContain('ivs:ListStreamKeys!ThrottlingException');
  expect(answers.map(({ Status }) => Status)).toEqual(pairs.map(() => 'SUCCESS'));
  for (const pair of pairs) handler.expectKeyStored(pair);
});

test('in all these tests the handler wrote secret values and never read one', () => {
  const calls = handler.calls.all();

  expect(calls).toContain('secretsmanager:PutSecretValue');
  expect(calls.filter((call) => /GetSecretValue/.test(call))).toEqual([]);
});
