import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { REGION } from '../../local-aws/local-aws';
import { KeyTag } from '../../src/contract/tags';

/** Longer than IAM takes most of the time. */
const DELAY = 12_000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());

/** The policy lacks some actions; the one with them comes into force after the delay. */
function addToPolicy(...actions: string[]): void {
  handler.role.putPolicy(actions);
  handler.aws.iam.propagation = DELAY;
  handler.role.putPolicy();
}

/** What is asked for just after the policy was changed; all at the same time, as all of it waits. */
const REQUESTS: [string, string[], () => Promise<() => Promise<unknown>>][] = [
  ['a deployment that replicates the secret', ['secretsmanager:ReplicateSecretToRegions'], async () => {
    const live = await handler.live();
    return () => handler.cloudFormation.deploy(live, { ReplicaRegions: [{ Region: 'eu-west-1' }] });
  }],
  ['a second stream key with a user-supplied secret', ['secretsmanager:TagResource', 'secretsmanager:UntagResource'], async () => {
    const secret = handler.aws.secretsManager.createSecret(REGION, 'outside', { tags: {} });
    const properties = propertiesOf(handler.channels.create(), secret);
    return () => handler.cloudFormation.create({ ...properties, UserSuppliedSecret: 'true' });
  }],
  ['a deployment that rotates', ['ivs:DeleteStreamKey'], async () => {
    const live = await handler.live();
    return () => handler.cloudFormation.deploy(live, { Serial: '2' });
  }],
  ['a deployment that tags the key', ['ivs:TagResource'], async () => {
    const live = await handler.live();
    return () => handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
  }],
  ['RotateSecret', ['ivs:DeleteStreamKey'], async () => {
    const { secret } = await handler.live();
    return async () => ({ Status: (await handler.secretsManager.rotateSecret(secret)).map(({ error }) => error ?? 'SUCCESS').join() });
  }],
];

describe('a permission that takes effect after 12 seconds', () => {
  let answers: Promise<unknown>[];

  beforeAll(async () => {
    const send = await Promise.all(REQUESTS.map(([, , prepare]) => prepare()));
    addToPolicy(...REQUESTS.flatMap(([, actions]) => actions));
    answers = send.map((request) => request());
    await Promise.all(answers);
  });

  test.each(REQUESTS.map(([what], index) => [what, index] as const))('is awaited by %s', async (_, index) => {
    expect(await answers[index]).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each([...new Set(REQUESTS.flatMap(([, actions]) => actions))].filter((action) => action !== 'secretsmanager:UntagResource'))(
    'was refused at first: %s', (action) => {
      expect(handler.aws.endpoint.calls.byFunctions().map(({ operation, error }) => `${operation} ${error}`)).toContain(`${action} AccessDeniedException`);
    });
});

describe('a refusal because the resource has changed', () => {
  beforeEach(() => {
    handler.aws.iam.propagation = 0;
    handler.role.putPolicy();
    handler.startAfresh();
  });

  test('does not wait for a key that an unanswered attempt already released', async () => {
    const live = await handler.live({}, handler.channels.createWithKey({ team: 'theirs' }));
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:UntagResource', when: 'after', effect: 'disconnect' });
    const start = performance.now();

    const { Status } = await handler.cloudFormation.delete(live.properties);

    expect(Status).toBe('SUCCESS');
    expect(handler.channels.keyOf(live.channel)!.tags).toEqual({ team: 'theirs' });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('does not touch a key that another stack took while the handler waited for a permission', async () => {
    const live = await handler.live({}, handler.channels.createWithKey());
    addToPolicy('ivs:TagResource');

    const answer = handler.cloudFormation.deploy(live, { Tags: [{ Key: 'team', Value: 'sports' }] });
    await handler.calls.until('ivs:TagResource!AccessDeniedException');
    const key = handler.channels.keyOf(live.channel)!;
    Object.assign(key.tags, { [KeyTag.STACK]: 'another stack', [KeyTag.RESOURCE]: 'Theirs' });

    const { Status, Reason } = await answer;
    expect(Status).toBe('FAILED');
    expect(Reason).toContain('that Theirs of the stack another stack manages');
    expect(key.tags).not.toHaveProperty('team');
  });
});
