import { DeployedHandler } from './support/deployed-handler';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { KeyTag, SecretTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());
afterEach(() => {
  const { replication } = handler.aws.secretsManager;
  Object.assign(replication, { delay: 0, removalDelay: 0 });
  replication.failures.clear();
});

const replicated = (...regions: string[]): Pick<StreamKeyProperties, 'ReplicaRegions'> => ({ ReplicaRegions: regions.map((Region) => ({ Region })) });
const regionsOf = ({ replicas }: Secret) => replicas.map(({ Region }) => Region).sort();

test('replicates a secret once it has its value', async () => {
  const { secret } = await handler.live(replicated('eu-west-1', 'us-west-2'));

  expect(regionsOf(secret)).toEqual(['eu-west-1', 'us-west-2']);
});

test('adds a later region to the existing ones', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));

  await handler.cloudFormation.update(properties, { ...properties, ...replicated('eu-west-1', 'us-west-2') });

  expect(regionsOf(secret)).toEqual(['eu-west-1', 'us-west-2']);
});

test('removes a region that is no longer wanted', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1', 'us-west-2'));

  await handler.cloudFormation.update(properties, { ...properties, ...replicated('us-west-2') });

  expect(regionsOf(secret)).toEqual(['us-west-2']);
});

test('removes all regions if none is wanted any more', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));

  await handler.cloudFormation.update(properties, { ...properties, ReplicaRegions: undefined });

  expect(regionsOf(secret)).toEqual([]);
});

test('leaves alone a region that somebody else added', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));
  secret.replicas.push({ Region: 'us-west-2', KmsKeyId: 'alias/aws/secretsmanager', Status: 'InSync' });

  await handler.cloudFormation.update(properties, { ...properties, ReplicaRegions: undefined });

  expect(regionsOf(secret)).toEqual(['us-west-2']);
});

test('recreates a replica that gets another KMS key', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));

  await handler.cloudFormation.update(properties, { ...properties, ReplicaRegions: [{ Region: 'eu-west-1', KmsKeyId: 'alias/live' }] });

  expect(secret.replicas).toMatchObject([{ Region: 'eu-west-1', KmsKeyId: 'alias/live' }]);
});

test('leaves alone replicas that are as wanted', async () => {
  const { properties } = await handler.live(replicated('eu-west-1'));

  await handler.cloudFormation.update(properties, { ...properties, Serial: '2' });

  expect(handler.calls.take().filter((call) => /Replica/.test(call))).toEqual([]);
});

test('removes a region whose addition is rolled back', async () => {
  const { properties, secret } = await handler.live();
  const added = { ...properties, ...replicated('eu-west-1') };
  await handler.cloudFormation.update(properties, added);

  await handler.cloudFormation.update(added, properties);

  expect(regionsOf(secret)).toEqual([]);
});

test('replicas move with the key to the secret that replaces the old one', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));
  const newSecret = handler.secretsManager.createSecret();

  await handler.cloudFormation.update(properties, { ...properties, SecretArn: newSecret.arn });

  expect(regionsOf(newSecret)).toEqual(['eu-west-1']);
  expect(regionsOf(secret)).toEqual([]);
});

test('replicas move back with the key when the replacement is rolled back', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));
  const newSecret = handler.secretsManager.createSecret();
  const replaced = { ...properties, SecretArn: newSecret.arn };
  await handler.cloudFormation.update(properties, replaced);

  await handler.cloudFormation.update(replaced, properties);

  expect(regionsOf(newSecret)).toEqual([]);
  expect(regionsOf(secret)).toEqual(['eu-west-1']);
});

test.each([
  ['before', 'secretsmanager:RemoveRegionsFromReplication'], ['after', 'secretsmanager:RemoveRegionsFromReplication'],
  ['before', 'secretsmanager:ReplicateSecretToRegions'], ['after', 'secretsmanager:ReplicateSecretToRegions'],
] as const)('a crash %s %s leaves nothing that the next attempt does not put right', async (when, operation) => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));
  handler.aws.endpoint.disturbances.add({ operation, when, effect: 'crash' });

  const answer = await handler.cloudFormation.update(properties, { ...properties, ...replicated('us-west-2') });

  expect(handler.aws.endpoint.disturbances.met(operation)).toBe(1);
  expect(answer.Status).toBe('SUCCESS');
  expect(regionsOf(secret)).toEqual(['us-west-2']);
});

test('replicas are removed on Delete, so that the secret can be deleted', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));

  await handler.cloudFormation.delete(properties);

  expect(regionsOf(secret)).toEqual([]);
});

test('replicas are removed on Delete from a secret tagged with this channel', async () => {
  const channel = handler.channels.create();
  const { properties, secret } = await handler.live(replicated('eu-west-1'), channel, handler.secretsManager.createSecret({ [SecretTag.CHANNEL]: channel.arn }));

  await handler.cloudFormation.delete(properties);

  expect(regionsOf(secret)).toEqual([]);
});

describe('the replicas of a secret in use stay', () => {
  test('when a change of the provider renames the key and the old name is deleted', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));
    secret.tags[KeyTag.RESOURCE] = 'LiveMoved';
    await handler.cloudFormation.create(properties, { LogicalResourceId: 'LiveMoved' });

    const { Status } = await handler.cloudFormation.delete(properties);

    expect(Status).toBe('SUCCESS');
    expect(regionsOf(secret)).toEqual(['eu-west-1']);
  });

  test('when that change is rolled back', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));
    await handler.cloudFormation.create(properties, { LogicalResourceId: 'LiveMoved' });

    const { Status } = await handler.cloudFormation.delete(properties, { LogicalResourceId: 'LiveMoved' });

    expect(Status).toBe('SUCCESS');
    expect(regionsOf(secret)).toEqual(['eu-west-1']);
  });

  test('when another stack deletes a resource of that name', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));

    await handler.cloudFormation.delete(properties, { StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Other/0b3c' });

    expect(regionsOf(secret)).toEqual(['eu-west-1']);
  });
});

test('a KMS key change refused before it touched a replica leaves the replica alone in the roll-back, too', async () => {
  const { properties, secret } = await handler.live(replicated('eu-west-1'));
  const refused = { ...properties, Serial: 'x', ReplicaRegions: [{ Region: 'eu-west-1', KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/other' }] };
  const update = await handler.cloudFormation.update(properties, refused);
  handler.calls.take();

  const rollBack = await handler.cloudFormation.update(refused, properties);

  expect([update.Status, rollBack.Status]).toEqual(['FAILED', 'SUCCESS']);
  expect(handler.calls.take()).not.toContain('secretsmanager:RemoveRegionsFromReplication');
  expect(regionsOf(secret)).toEqual(['eu-west-1']);
});

describe('a slow replication', () => {
  test('is awaited', async () => {
    handler.aws.secretsManager.replication.delay = 1000;

    const { secret } = await handler.live(replicated('eu-west-1'));

    expect(secret.replicas).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync' }]);
  });

  test('that an earlier attempt began is awaited', async () => {
    handler.aws.secretsManager.replication.delay = 1000;
    const { properties, secret } = await handler.live();
    handler.aws.endpoint.disturbances.add({ operation: 'secretsmanager:ReplicateSecretToRegions', when: 'after', effect: 'crash' });

    const { Status } = await handler.cloudFormation.update(properties, { ...properties, ...replicated('eu-west-1') });

    expect(Status).toBe('SUCCESS');
    expect(secret.replicas).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync' }]);
  });

  test('that outlasts the function is logged, and does not fail', async () => {
    handler.aws.secretsManager.replication.delay = Infinity;
    const { properties, secret } = await handler.live();
    handler.aws.lambda.update(handler.functionName, { timeout: 32 });

    const { Status } = await handler.cloudFormation.update(properties, { ...properties, ...replicated('eu-west-1') });
    await handler.aws.lambda.idle();
    handler.aws.lambda.update(handler.functionName, { timeout: 300 });

    expect(Status).toBe('SUCCESS');
    expect(handler.aws.logs.text()).toContain(JSON.stringify({ message: 'replication still in progress', secretArn: secret.arn, regions: ['eu-west-1'] }));
  });
});

describe('a slow removal', () => {
  beforeEach(() => { handler.aws.secretsManager.replication.removalDelay = 1000; });

  test('ends before the replica is created with another KMS key', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));

    const { Status } = await handler.cloudFormation.update(properties, { ...properties, ReplicaRegions: [{ Region: 'eu-west-1', KmsKeyId: 'alias/live' }] });

    expect(Status).toBe('SUCCESS');
    expect(secret.replicas).toMatchObject([{ Region: 'eu-west-1', KmsKeyId: 'alias/live', Status: 'InSync' }]);
  });

  test('ends on Delete before CloudFormation deletes the secret', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));

    await handler.cloudFormation.delete(properties);

    expect(secret.replicas).toEqual([]);
  });
});

describe('a failed replication', () => {
  const failsIn = (region: string) => handler.aws.secretsManager.replication.failures.set(region, 'The KMS key cannot be used.');
  const reason = (arn: string) => `The secret ${arn} could not be replicated to eu-west-1: The KMS key cannot be used. `
    + 'If a secret of that name is in the region, delete it or give the construct another secretName. '
    + 'A KMS key must be enabled, be in that region, and allow the handler\'s role to use it. Deploy again: failed replicas are retried.';

  test('fails the request with the region and the reason', async () => {
    const { properties, secret } = await handler.live();
    failsIn('eu-west-1');

    const { Status, Reason } = await handler.cloudFormation.update(properties, { ...properties, ...replicated('eu-west-1', 'us-west-2') });

    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: reason(secret.arn) });
  });

  test('says so if the region has a secret of that name', async () => {
    const { properties, secret } = await handler.live();
    handler.aws.secretsManager.createSecret('eu-west-1', secret.name, { tags: {} });

    const { Reason } = await handler.cloudFormation.update(properties, { ...properties, ...replicated('eu-west-1') });

    expect(Reason).toContain(`to eu-west-1: Replication failed: Secret name ${secret.name} already exists in region eu-west-1.`);
  });

  test('leaves nothing behind when the request is rolled back', async () => {
    const { properties, secret } = await handler.live(replicated('us-west-2'));
    const added = { ...properties, ...replicated('eu-west-1', 'us-west-2') };
    failsIn('eu-west-1');
    await handler.cloudFormation.update(properties, added);

    const { Status } = await handler.cloudFormation.update(added, properties);

    expect(Status).toBe('SUCCESS');
    expect(regionsOf(secret)).toEqual(['us-west-2']);
  });

  test('is retried by the next request', async () => {
    const { properties, secret } = await handler.live();
    const added = { ...properties, ...replicated('eu-west-1') };
    failsIn('eu-west-1');
    await handler.cloudFormation.update(properties, added);
    handler.aws.secretsManager.replication.failures.clear();

    const { Status } = await handler.cloudFormation.update(properties, added);

    expect(Status).toBe('SUCCESS');
    expect(secret.replicas).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync' }]);
  });

  test('that the request did not ask for is logged and does not block a roll-back', async () => {
    const { properties, secret } = await handler.live(replicated('eu-west-1'));
    failsIn('eu-west-1');
    secret.replicas[0].Status = 'Failed';

    const { Status } = await handler.cloudFormation.update(properties, { ...properties, Tags: [{ Key: 'team', Value: 'sports' }] });
    await handler.aws.lambda.idle();

    expect(Status).toBe('SUCCESS');
    expect(handler.aws.logs.text()).toContain(JSON.stringify({ message: 'replication failed', secretArn: secret.arn, regions: ['eu-west-1'], why: reason(secret.arn) }));
  });
});

describe('with a missing secret', () => {
  let answers: Record<string, string>;

  // The policy asks for a tag that the secret no longer has: IAM refuses, and the handler takes it for a young policy for 10 seconds.
  beforeAll(async () => {
    const [replicatedOne, plain] = [await handler.live(replicated('eu-west-1')), await handler.live()];
    for (const { secret } of [replicatedOne, plain]) {
      secret.replicas = [];
      handler.aws.secretsManager.deleteSecret(secret.arn);
    }
    const both = await Promise.all([handler.cloudFormation.delete(replicatedOne.properties), handler.cloudFormation.delete(plain.properties)]);
    answers = { replicated: both[0].Status, plain: both[1].Status };
  });

  test('Delete succeeds', () => expect(answers.plain).toBe('SUCCESS'));

  test('Delete succeeds, even if it had replicas', () => expect(answers.replicated).toBe('SUCCESS'));
});
