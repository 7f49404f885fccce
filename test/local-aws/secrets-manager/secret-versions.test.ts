import { DescribeSecretCommand, ListSecretVersionIdsCommand, PutSecretValueCommand, SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate } from '../deploy-template';

const DAY = 86_400_000;

let aws: LocalAws;
let client: SecretsManagerClient;
let SecretId: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  const Secret = { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'first' } };
  ({ SecretId } = await deployTemplate(aws, { Secret }, { SecretId: { Ref: 'Secret' } }));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const put = (number: number) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString: `${number}`, ClientRequestToken: `${number}`.padStart(32, '0') }));
const fill = async () => {
  for (let number = 2; number <= 100; number++) await put(number);
};

test('versions are a hundred at most, if they are young', async () => {
  await fill();

  await expect(put(101)).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('versions give way when they are deprecated and older than a day', async () => {
  await fill();
  await aws.clock.advance(DAY + 1);

  await put(101);

  const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }));
  expect(Versions).toHaveLength(100);
});

test('versions are listed page by page, deprecated ones on request', async () => {
  for (const number of [2, 3, 4]) await put(number);

  const list = (input: object) => client.send(new ListSecretVersionIdsCommand({ SecretId, ...input }));
  const labelled = await list({});
  const first = await list({ IncludeDeprecated: true, MaxResults: 3 });
  const second = await list({ IncludeDeprecated: true, MaxResults: 3, NextToken: first.NextToken });

  expect(labelled.Versions!.map(({ VersionStages }) => VersionStages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  expect([first.Versions!.length, second.Versions!.length, second.NextToken]).toEqual([3, 1, undefined]);
  expect(first.Versions![0].CreatedDate).toBeInstanceOf(Date);
});

test('a secret can be tagged', async () => {
  await client.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'owner', Value: 'us' }] }));

  expect((await client.send(new DescribeSecretCommand({ SecretId }))).Tags).toContainEqual({ Key: 'owner', Value: 'us' });
});
