import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeSecretCommand, RemoveRegionsFromReplicationCommand, ReplicateSecretToRegionsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { Secret } from '../../../local-aws/secrets-manager/secrets-manager';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: SecretsManagerClient;
let secret: Secret;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  secret = aws.secretsManager.createSecret(REGION, 'secret', { tags: {} }, 'value');
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const replicate = (Region = 'eu-west-1', SecretId = secret.arn) => client.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }] }));
const remove = (region = 'eu-west-1') => client.send(new RemoveRegionsFromReplicationCommand({ SecretId: secret.arn, RemoveReplicaRegions: [region] }));
const status = async () => (await client.send(new DescribeSecretCommand({ SecretId: secret.arn }))).ReplicationStatus;

test('a replication is in progress, and in sync after a while', async () => {
  aws.secretsManager.replication.delay = 500;

  const { ReplicationStatus } = await replicate();
  const before = await status();
  await sleep(600);

  expect([ReplicationStatus, before]).toMatchObject(Array(2).fill([{ Region: 'eu-west-1', Status: 'InProgress' }]));
  expect(await status()).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync', KmsKeyId: 'alias/aws/secretsmanager' }]);
});

test('a replication fails where a secret has that name', async () => {
  aws.secretsManager.createSecret('eu-west-1', 'secret', { tags: {} });

  await replicate();

  expect(await status()).toMatchObject([{ Status: 'Failed', StatusMessage: 'Replication failed: Secret name secret already exists in region eu-west-1.' }]);
});

test('a replication fails with the reason that a test sets', async () => {
  aws.secretsManager.replication.failures.set('eu-west-1', 'The KMS key cannot be used.');

  await replicate();

  expect(await status()).toMatchObject([{ Status: 'Failed', StatusMessage: 'The KMS key cannot be used.' }]);
});

test('a replica that is being removed is there for a while, and stands in the way of another one', async () => {
  aws.secretsManager.replication.removalDelay = 500;
  await replicate();

  await remove();
  const before = await status();
  await expect(replicate()).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await sleep(600);

  expect(before).toHaveLength(1);
  expect(await status()).toBeUndefined();
  await expect(replicate()).resolves.toBeDefined();
});

test('an empty secret is not replicated', async () => {
  const empty = aws.secretsManager.createSecret(REGION, 'empty', { tags: {} });

  await expect(replicate('eu-west-1', empty.arn)).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('an empty secret is replicated, if AWS should do that', async () => {
  aws.variants.replicatesEmptySecrets = true;
  const empty = aws.secretsManager.createSecret(REGION, 'empty', { tags: {} });

  await expect(replicate('eu-west-1', empty.arn)).resolves.toBeDefined();
});
