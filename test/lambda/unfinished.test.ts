import { DeployedHandler } from './support/deployed-handler';
import { Live } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';
import type { Disturbance } from '../../local-aws/faults/disturbances';
import { WhileLive } from '../../src/contract/while-live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

/** A live channel whose encoder is cut off by a rotation; StopStream fails. */
async function broadcasting(failure: Partial<Disturbance> = { effect: new AwsError('ValidationException', 'No.') }): Promise<Live> {
  const live = await handler.live({ WhileLive: WhileLive.DISCONNECT });
  await handler.encoder.publish(live);
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:StopStream', ...failure } as Disturbance);
  return live;
}

test('an unfinished rotation is finished before the next one', async () => {
  const live = await broadcasting();
  await handler.cloudFormation.rotate(live);
  const second = handler.channels.keyOf(live.channel)!.arn;

  await handler.secretsManager.rotateSecret(live.secret);

  const counted = handler.logged('rotated', live.channel).map(({ streamKeyArn }) => streamKeyArn);
  expect(counted).toEqual([second, handler.channels.keyOf(live.channel)!.arn]);
});

test('a rotation is counted once even if the tag of the unfinished work cannot be removed', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', effect: new AwsError('AccessDeniedException', 'Denied by an SCP.', 403), times: Infinity });
  await handler.cloudFormation.rotate(live);

  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
  await handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'news' }] });

  expect(handler.logged('rotated', live.channel)).toHaveLength(1);
  expect(handler.logged('rotation not finished', live.channel)).toHaveLength(0);
});

test.each<[string, number, Partial<Disturbance>]>([
  ['throttled until time is up', 32, { times: Infinity, effect: new AwsError('ThrottlingException', 'Rate exceeded', 429) }],
  ['unanswered', 31, { times: Infinity, effect: 'hang' }],
])('StopStream, if %s, does not fail the rotation', async (_, timeout, failure) => {
  const live = await broadcasting(failure);
  handler.aws.lambda.update(handler.functionName, { timeout });

  const { Status } = await handler.cloudFormation.rotate(live);
  handler.aws.lambda.update(handler.functionName, { timeout: 300 });

  expect(Status).toBe('SUCCESS');
});
