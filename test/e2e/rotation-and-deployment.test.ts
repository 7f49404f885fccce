import { setTimeout as sleep } from 'node:timers/promises';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Duration, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey } from '../../src';

const live = (serial: number) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial, rotationSchedule: { automaticallyAfter: Duration.days(30) } });
};

let stage: Stage;
let secretsManager: SecretsManagerClient;
let first: IvsStreamKey;
beforeEach(async () => {
  stage = await Stage.start();
  secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  await stage.deploy(live(1));
  first = stage.onlyKey();
  stage.aws.endpoint.disturbances.slowDown(100);
});
afterEach(async () => {
  secretsManager.destroy();
  await stage.stop();
});

const rotateSecret = () => secretsManager.send(new RotateSecretCommand({ SecretId: stage.onlySecret().arn }));

/** Until the handler has made such a call. */
const called = async (operation: string) => {
  stage.aws.endpoint.calls.clear();
  while (!stage.aws.endpoint.calls.byFunctions().some((call) => call.operation === operation)) await sleep(5);
};

/** What has to hold however the two have met: one key, another one, in the secret, and the next rotation not blocked. */
const expectAllIsWell = async () => {
  stage.aws.endpoint.disturbances.clear();
  await stage.aws.secretsManager.rotations.done();
  expect(stage.onlyKey().value).not.toBe(first.value);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
  await rotateSecret();
  await stage.aws.secretsManager.rotations.done();
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
};

test.each(['ivs:ListStreamKeys', 'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'])(
  'a rotation that begins while a deployment is at %s ends with the channel\'s one key in the secret', async (operation) => {
    const deployed = stage.deploy(live(2));
    await called(operation);

    await rotateSecret();
    await deployed;

    await expectAllIsWell();
  });

test.each(['ivs:ListStreamKeys', 'ivs:DeleteStreamKey', 'ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'])(
  'a deployment during a rotation that has come to %s ends with the channel\'s one key in the secret', async (operation) => {
    const lookedAt = () => stage.aws.endpoint.calls.byFunctions().filter((call) => call.operation === 'ivs:ListStreamKeys').length;
    const rotationIsThere = new Promise<void>((resolve) => {
      // The rotation goes on when the deployment has begun to look.
      const untilTheDeploymentLooks = async () => {
        const before = lookedAt();
        resolve();
        while (lookedAt() === before) await sleep(5);
      };
      stage.aws.endpoint.disturbances.add({ operation, effect: untilTheDeploymentLooks });
    });
    await rotateSecret();
    await rotationIsThere;

    await stage.deploy(live(2));

    await expectAllIsWell();
  });
