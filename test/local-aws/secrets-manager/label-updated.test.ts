import { PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: SecretsManagerClient;
let SecretId: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientOptions(aws));
  SecretId = aws.secretsManager.createSecret(REGION, 'live', { tags: {} }).arn;
});
afterEach(() => {
  client.destroy();
  return aws.stop();
});

const put = async (SecretString: string, VersionStages?: string[]) => {
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages }));
  return VersionId!;
};
const events = () => aws.eventBridge.events.map(({ source, 'detail-type': type, resources, detail }) => ({ source, type, resources, detail }));

test('a new current version is an event, without its value', async () => {
  const versionId = await put('value');

  expect(events()).toEqual([{
    source: 'aws.secretsmanager', type: 'Secret Label Updated', resources: [SecretId], detail: { name: 'live', labelUpdated: 'AWSCURRENT', versionId },
  }]);
});

test('a label that moves back is an event', async () => {
  const first = await put('first');
  const second = await put('second');

  await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first, RemoveFromVersionId: second }));

  expect(events().map(({ detail }) => detail.versionId)).toEqual([first, second, first]);
});

test('AWSPENDING, AWSPREVIOUS and a label that stays where it is are no events', async () => {
  const first = await put('first');
  await put('pending', ['AWSPENDING']);
  await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first, RemoveFromVersionId: first }));

  expect(events()).toHaveLength(1);
});
