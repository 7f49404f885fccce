import { DescribeSecretCommand, Filter, ListSecretsCommand, ListSecretsCommandInput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: SecretsManagerClient;
beforeAll(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  const create = async (name: string, tags: Record<string, string> = {}, description?: string) => {
    aws.secretsManager.createSecret(REGION, name, { tags, description }, 'value');
    await aws.clock.advance(1000);
  };
  await create('live/b', { team: 'Sports' }, 'The Main Stage');
  await create('live/a', { owner: 'ops' });
  await create('other', { team: 'news' });
  await create('gone');
  aws.secretsManager.find('gone')!.deleted = aws.clock.date();
  aws.secretsManager.createSecret('eu-west-1', 'elsewhere', { tags: {} });
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const list = (input: ListSecretsCommandInput) => client.send(new ListSecretsCommand(input));
const names = async (input: ListSecretsCommandInput) => (await list(input)).SecretList!.map(({ Name }) => Name);
const by = (Key: string, ...Values: string[]) => names({ Filters: [{ Key, Values } as Filter], SortBy: 'name', SortOrder: 'asc' });

test('the secrets of the region are listed, the latest first, page by page, without values', async () => {
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  const { VersionIdsToStages, $metadata: _, ...described } = await client.send(new DescribeSecretCommand({ SecretId: 'other' }));

  expect(first.SecretList!.map(({ Name }) => Name)).toEqual(['other', 'live/a']);
  expect([second.SecretList!.map(({ Name }) => Name), second.NextToken]).toEqual([['live/b'], undefined]);
  expect(first.SecretList![0]).toEqual({ ...described, SecretVersionsToStages: VersionIdsToStages });
});

test('secrets are listed in the order that is asked for', async () => {
  expect(await names({ SortOrder: 'asc' })).toEqual(['live/b', 'live/a', 'other']);
  expect(await names({ SortBy: 'name', SortOrder: 'asc' })).toEqual(['live/a', 'live/b', 'other']);
});

test('secrets that are marked for deletion are listed if asked for', async () => {
  expect(await names({ IncludePlannedDeletion: true })).toContain('gone');
});

test.each<[string, string[], string[]]>([
  ['name', ['live/'], ['live/a', 'live/b']],
  ['name', ['Live/'], []],
  ['name', ['live/a', 'oth'], ['live/a', 'other']],
  ['name', ['!live/'], ['other']],
  ['description', ['the main'], ['live/b']],
  ['tag-key', ['te'], ['live/b', 'other']],
  ['tag-value', ['Sports'], ['live/b']],
  ['tag-value', ['sports'], []],
])('the filter %s %j finds %j', async (key, values, found) => {
  expect(await by(key, ...values)).toEqual(found);
});

test('a secret has to pass each filter', async () => {
  expect(await names({ Filters: [{ Key: 'name', Values: ['live/'] }, { Key: 'tag-key', Values: ['owner'] }] })).toEqual(['live/a']);
});

test.each(['all', 'primary-region', 'owning-service'])('the filter %s is refused by name', async (key) => {
  await expect(by(key, 'x')).rejects.toThrow(`The local AWS does not know the filter ${key} of secretsmanager:ListSecrets.`);
});

test('an order by the last access is refused by name', async () => {
  await expect(names({ SortBy: 'last-accessed-date' })).rejects.toThrow('The local AWS does not know SortBy last-accessed-date of secretsmanager:ListSecrets.');
});
