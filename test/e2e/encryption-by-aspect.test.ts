import { Aspects, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

/** Has an aspect set the KMS key of every secret, as a company does for all of its apps. */
const encrypted = (stack: Stack) => {
  const key = new kms.Key(stack, 'Key');
  Aspects.of(stack).add({ visit: (node) => { if (node instanceof secretsmanager.CfnSecret) node.kmsKeyId = key.keyArn; } });
};
const live = (serial: number, isEncrypted: boolean) => (stack: Stack) => {
  new ManagedStreamKey(stack, 'Live', { serial });
  if (isEncrypted) encrypted(stack);
};

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const keys = () => [stage.onlyKey().value, stage.storedKey()];

test('stores the stream key in a secret that an aspect encrypts', async () => {
  await stage.deploy(live(1, true));

  expect(stage.onlySecret().kmsKeyId).toMatch(/^arn:aws:kms:/);
  expect(keys()).toEqual([stage.onlyKey().value, stage.onlyKey().value]);
});

test('rotates in the same deployment in which an aspect encrypts the secret', async () => {
  await stage.deploy(live(1, false));
  const before = stage.onlyKey().value;

  await stage.deploy(live(2, true));

  expect(stage.onlyKey().value).not.toBe(before);
  expect(stage.storedKey()).toBe(stage.onlyKey().value);
});
