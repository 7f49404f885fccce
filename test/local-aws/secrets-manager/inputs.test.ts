import {
  DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, ReplicateSecretToRegionsCommand, SecretsManagerClient,
  TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import type { Secret } from '../../../local-aws/secrets-manager/secrets-manager';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: SecretsManagerClient;
let secret: Secret;
let SecretId: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  secret = aws.secretsManager.createSecret(REGION, 'secret', { tags: {} }, 'value');
  SecretId = secret.arn;
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const describeSecret = (id: string) => client.send(new DescribeSecretCommand({ SecretId: id }));
const tag = (...keys: string[]) => client.send(new TagResourceCommand({ SecretId, Tags: keys.map((Key) => ({ Key, Value: 'x' })) }));
const put = (value: { SecretString?: string; SecretBinary?: Uint8Array }) => client.send(new PutSecretValueCommand({ SecretId, ...value }));
const remove = (input: { RecoveryWindowInDays: number; ForceDeleteWithoutRecovery?: boolean }) =>
  client.send(new DeleteSecretCommand({ SecretId, ...input }));
const replicate = (Region: string) => client.send(new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }] }));

const invalidParameter = expect.objectContaining({ name: 'InvalidParameterException' });
const invalidRequest = expect.objectContaining({ name: 'InvalidRequestException' });

test('a secret is found by its name, its ARN, and its ARN without the random characters', async () => {
  for (const id of ['secret', secret.arn, secret.arn.slice(0, -7)]) await expect(describeSecret(id)).resolves.toMatchObject({ ARN: secret.arn });
});

test('a partial ARN that ends like a complete one finds nothing', async () => {
  const { arn } = aws.secretsManager.createSecret(REGION, 'secret-abcdef', { tags: {} });

  await expect(describeSecret(arn.slice(0, -7))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a secret of another region is not found', async () => {
  const { arn } = aws.secretsManager.createSecret('eu-west-1', 'elsewhere', { tags: {} });

  for (const id of ['elsewhere', arn]) await expect(describeSecret(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a version without a value is refused', async () => {
  await expect(put({})).rejects.toEqual(invalidRequest);
});

test('SecretBinary is refused by name', async () => {
  await expect(put({ SecretBinary: Buffer.from('x') })).rejects.toThrow('The local AWS does not know the member SecretBinary of secretsmanager:PutSecretValue.');
});

test('a label that is not on the version of that id is refused', async () => {
  const [VersionId] = secret.versions.keys();

  await expect(client.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSCURRENT' }))).resolves.toMatchObject({ SecretString: 'value' });
  await expect(client.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSPENDING' }))).rejects.toEqual(invalidRequest);
});

test('a secret has 50 tags at most, and those of AWS do not count', async () => {
  const { arn } = aws.secretsManager.createSecret(REGION, 'of-a-stack', { tags: {}, systemTags: { 'aws:cloudformation:stack-name': 'x' } });
  SecretId = arn;
  await tag(...Array.from({ length: 50 }, (_, index) => `tag-${index}`));

  await expect(tag('one-more')).rejects.toEqual(invalidParameter);
  await expect(tag('tag-7')).resolves.toBeDefined();
});

test('tags of AWS are neither set nor removed', async () => {
  await expect(tag('aws:mine')).rejects.toEqual(invalidParameter);
  await expect(client.send(new UntagResourceCommand({ SecretId, TagKeys: ['aws:cloudformation:stack-id'] }))).rejects.toEqual(invalidParameter);
});

test.each([REGION, 'xx-nowhere-1'])('a replica in %s is refused', async (region) => {
  await expect(replicate(region)).rejects.toMatchObject({ name: 'InvalidParameterException', message: 'Invalid replica region.' });
});

test.each([6, 31])('a recovery window of %i days is refused', async (RecoveryWindowInDays) => {
  await expect(remove({ RecoveryWindowInDays })).rejects.toEqual(invalidParameter);
});

test('a secret is deleted without recovery or with a window, not both', async () => {
  await expect(remove({ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })).rejects.toEqual(invalidParameter);
  await expect(remove({ RecoveryWindowInDays: 7 })).resolves.toBeDefined();
});
