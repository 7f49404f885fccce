import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { Live, propertiesOf } from './support/live';
import { AwsError } from '../../local-aws/core/aws-error';

const LAG = 1000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());
afterEach(() => {
  handler.aws.variants.listLag = 0;
  jest.restoreAllMocks();
});

const rotate = ({ properties }: Live): Promise<HandlerAnswer> => handler.cloudFormation.update(properties, { ...properties, Serial: '2' });
/** Counts the keys that are made from now on. */
function countKeys(): () => number {
  const { results } = jest.spyOn(handler.aws.ivs, 'createStreamKey').mock;
  return () => results.filter(({ type }) => type === 'return').length;
}
/** A resource whose key IVS has shown for long. From now on it shows changes late. */
async function lagging(): Promise<Live> {
  const live = await handler.live();
  await handler.aws.clock.advance(60_000);
  handler.aws.variants.listLag = LAG;
  return live;
}

describe('while ListStreamKeys lags behind', () => {
  test('creates one key, and stores it', async () => {
    const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
    handler.aws.variants.listLag = LAG;
    const made = countKeys();

    const { Status } = await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect(Status).toBe('SUCCESS');
    expect(made()).toBe(1);
    handler.expectKeyStored({ channel, secret });
  });

  test('a deployment rotates once', async () => {
    const live = await lagging();
    const made = countKeys();

    const { Status } = await rotate(live);

    expect(Status).toBe('SUCCESS');
    expect(made()).toBe(1);
    handler.expectKeyStored(live);
  });

  test('RotateSecret rotates once', async () => {
    const live = await lagging();
    const made = countKeys();

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts.map(({ error }) => error)).toEqual([undefined]);
    expect(made()).toBe(1);
    handler.expectKeyStored(live);
  });

  test.each([
    ['crash', 'before', 'ivs:DeleteStreamKey'], ['crash', 'after', 'ivs:DeleteStreamKey'],
    ['crash', 'before', 'ivs:CreateStreamKey'], ['crash', 'after', 'ivs:CreateStreamKey'],
    ['crash', 'before', 'secretsmanager:PutSecretValue'], ['crash', 'after', 'secretsmanager:PutSecretValue'],
    ['disconnect', 'after', 'ivs:DeleteStreamKey'], ['disconnect', 'after', 'ivs:CreateStreamKey'],
  ] as const)('a rotation with a %s %s %s makes one key, and ends with it in the secret', async (effect, when, operation) => {
    const live = await lagging();
    handler.aws.endpoint.disturbances.add({ operation, when, effect });
    const made = countKeys();

    const { Status } = await rotate(live);

    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
    expect(Status).toBe('SUCCESS');
    expect(made()).toBe(1);
    handler.expectKeyStored(live);
  });

  test.each(['ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'])('RotateSecret with a crash after %s ends with the channel\'s key in the secret', async (operation) => {
    const live = await lagging();
    handler.aws.endpoint.disturbances.add({ operation, when: 'after', effect: 'crash' });

    const attempts = await handler.secretsManager.rotateSecret(live.secret);

    expect(attempts[attempts.length - 1].error).toBeUndefined();
    handler.expectKeyStored(live);
  });

  test('two simultaneous rotations end with the channel\'s key in the secret', async () => {
    const live = await lagging();

    const answers = await Promise.all([rotate(live), handler.secretsManager.rotateSecret(live.secret).then(() => ({ Status: 'SUCCESS' }))]);

    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
    handler.expectKeyStored(live);
  });

  test('a deployment right after the store does not store the old key again', async () => {
    const live = await lagging();
    const rotated = rotate(live);
    await handler.calls.until('secretsmanager:PutSecretValue');

    const answer = await handler.cloudFormation.update(live.properties, live.properties);

    expect([(await rotated).Status, answer.Status]).toEqual(['SUCCESS', 'SUCCESS']);
    handler.expectKeyStored(live);
  });

  test('Delete deletes the key', async () => {
    const live = await lagging();

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect([Status, handler.channels.keyOf(live.channel)]).toEqual(['SUCCESS', undefined]);
  });

  test.each(['crash', 'disconnect'] as const)('Delete with a %s after DeleteStreamKey succeeds', async (effect) => {
    const live = await lagging();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', when: 'after', effect });

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect([Status, handler.channels.keyOf(live.channel)]).toEqual(['SUCCESS', undefined]);
  });

  test('a failed Create leaves no key behind', async () => {
    const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
    const properties = propertiesOf(channel, secret);
    handler.aws.variants.listLag = LAG;
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', effect: new AwsError('InvalidRequestException', 'No.') });
    const { Status, PhysicalResourceId } = await handler.cloudFormation.create(properties);
    const made = handler.channels.keyOf(channel);

    const deleted = await handler.cloudFormation.delete(properties, { PhysicalResourceId });

    expect([Status, made !== undefined, deleted.Status, handler.channels.keyOf(channel)]).toEqual(['FAILED', true, 'SUCCESS', undefined]);
  });
});

describe('a key that ListStreamKeys shows', () => {
  test.each([
    ['ivs:GetStreamKey', 'ResourceNotFoundException', 404], ['ivs:GetStreamKey', 'AccessDeniedException', 403],
    ['ivs:TagResource', 'ResourceNotFoundException', 404], ['ivs:TagResource', 'AccessDeniedException', 403],
  ])('and %s answers with %s is waited for', async (operation, code, status) => {
    const [channel, secret] = [handler.channels.createWithKey(), handler.secretsManager.createSecret()];
    handler.aws.endpoint.disturbances.add({ operation, times: 4, effect: new AwsError(code, 'Not yet.', status) });

    const { Status } = await handler.cloudFormation.create(propertiesOf(channel, secret));

    expect(Status).toBe('SUCCESS');
    expect(handler.aws.endpoint.disturbances.met(operation)).toBe(4);
    handler.expectKeyStored({ channel, secret });
  });
});
