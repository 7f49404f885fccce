import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** The network fails while the body of a successful answer is under way: the call has had its effect. */
const truncate = (operation: string) => handler.aws.endpoint.disturbances.add({ operation, when: 'after', effect: 'truncate' });

test.each(['ivs:ListStreamKeys', 'ivs:GetChannel', 'ivs:CreateStreamKey', 'secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue'])(
  'a truncated answer of %s does not fail a deployment', async (operation) => {
    const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
    truncate(operation);

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(handler.encoder.read(secret)!.streamKey).toBe(handler.channels.keyOf(channel)!.value);
  });

test.each(['ivs:GetStream', 'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue', 'ivs:UntagResource'])(
  'a truncated answer of %s does not fail a rotation', async (operation) => {
    const live = await handler.live();
    if (operation === 'ivs:GetStream') await handler.encoder.publish(live);
    truncate(operation);

    const { Status, Reason } = await handler.cloudFormation.update(live.properties, { ...live.properties, Serial: '2' });

    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: undefined });
    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(handler.encoder.read(live.secret)!.streamKey).toBe(handler.channels.keyOf(live.channel)!.value);
  });

test('once one of several parallel reads fails, the others stop with the answer', async () => {
  const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:GetChannel', effect: new AwsError('ValidationException', 'No.') });
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:ListStreamKeys', effect: new AwsError('ThrottlingException', 'Slow down.', 429), times: Infinity });

  const { Status } = await handler.cloudFormation.create(propertiesOf(channel, secret));
  await handler.aws.lambda.idle();
  handler.calls.take();
  await sleep(1_500);

  expect(Status).toBe('FAILED');
  expect(handler.calls.take()).toEqual([]);
});
