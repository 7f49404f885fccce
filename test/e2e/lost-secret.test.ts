import { DeleteSecretCommand, DeleteSecretCommandInput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Stack } from 'aws-cdk-lib';
import { shortOfTime } from './short-of-time';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

const live = (serial: number) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial });
  shortOfTime(stack);
};

/** Deletes the secret behind the stack's back. */
async function deleteSecret(stage: Stage, how: Partial<DeleteSecretCommandInput>): Promise<void> {
  const { accessKeyId, secretAccessKey } = stage.aws.identities.administrator;
  const client = new SecretsManagerClient({ endpoint: stage.aws.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  await client.send(new DeleteSecretCommand({ SecretId: stage.onlySecret().arn, ...how }));
  client.destroy();
}

const LOSSES: [string, Partial<DeleteSecretCommandInput>, string][] = [
  ['scheduled for deletion', {}, 'Restore it with "aws secretsmanager restore-secret'],
  ['deleted for good', { ForceDeleteWithoutRecovery: true }, 'on the secret, which must exist'],
];

interface Attempt {
  readonly stage: Stage;
  /** The key's value before. */
  readonly value: string;
}

async function changeAfterLoss(how: Partial<DeleteSecretCommandInput>): Promise<Attempt> {
  const stage = await Stage.start();
  await stage.deploy(live(1));
  const { value } = stage.onlyKey();
  await deleteSecret(stage, how);
  await stage.tryDeploy(live(2));
  return { stage, value };
}

// What is not there looks like a permission that is not in force yet, which the function waits for: for both at once.
let attempts: Attempt[];
beforeAll(async () => { attempts = await Promise.all(LOSSES.map(([, how]) => changeAfterLoss(how))); });
afterAll(() => Promise.all(attempts.map(({ stage }) => stage.stop())));

describe.each(LOSSES.map(([loss, , advice], index) => ({ loss, advice, index })))('when the secret was $loss, the next change', ({ advice, index }) => {
  test('fails with a reason that says how to go on', () => {
    expect(attempts[index].stage.failures()).toContainEqual(expect.stringContaining(advice));
  });

  test('says so in the output of the CLI', () => {
    expect(attempts[index].stage.output.replaceAll(/\s+/g, ' ')).toContain(advice);
  });

  test('leaves the existing key', () => {
    expect(attempts[index].stage.onlyKey().value).toBe(attempts[index].value);
  });
});

test('once the secret is restored, as the reason says, the next deployment rotates', async () => {
  const { stage, value } = attempts[0];
  stage.onlySecret().deleted = undefined;

  await stage.deploy(live(2));

  expect(stage.onlyKey().value).not.toBe(value);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});
