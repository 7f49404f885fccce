import { DescribeSecretCommand, RotateSecretCommand, RotateSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import { roleOfFunction, secret, SECRETS_OF_STACK } from './function-role';
import type { Context } from './observation';

/** What the rotation function does with a secret whose tag `script` says so. */
export type Script =
  /** Stores a value with the default staging labels. */
  | 'put-default'
  /** Stores a value with AWSPENDING and AWSCURRENT named. */
  | 'put-both'
  /** Lets every step succeed and stores nothing. */
  | 'empty'
  /** Fails in the first step. */
  | 'fail';

/** What a step saw, as the function noted it in a tag of the secret. */
export interface Note {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly step: string;
  readonly token: string;
  /** `value`, or the name of the error that GetSecretValue gave for the version. */
  readonly value: string;
  /** The version's staging labels, or `none`. */
  readonly labels: string;
  /** Those that PutSecretValue answered, or `-`. */
  readonly put: string;
}

/** It waits after PutSecretValue, because reads may lag behind: the next step sees the labels as they are. */
const CODE = `
const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
const client = new SecretsManager({});
exports.handler = async ({ Step, SecretId, ClientRequestToken, RotationToken }) => {
  const at = Date.now();
  const { Tags, VersionIdsToStages = {} } = await client.describeSecret({ SecretId });
  const script = Tags.find(({ Key }) => Key === 'script').Value;
  const labels = (VersionIdsToStages[ClientRequestToken] ?? []).join('+') || 'none';
  const value = await client.getSecretValue({ SecretId, VersionId: ClientRequestToken }).then(() => 'value', (error) => error.name);
  let put = '-';
  if (Step === 'createSecret' && script.startsWith('put')) {
    const VersionStages = script === 'put-both' ? ['AWSPENDING', 'AWSCURRENT'] : undefined;
    const answer = await client.putSecretValue({ SecretId, ClientRequestToken, RotationToken, SecretString: 'rotated', VersionStages });
    put = answer.VersionStages.join('+') || 'none';
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  await client.tagResource({ SecretId, Tags: [{ Key: 'note/' + at + '/' + Step, Value: [ClientRequestToken, value, labels, put].join(' ') }] });
  if (script === 'fail') throw new Error('this function fails on purpose');
};`;

/** The rotation function that all secrets of the stack share. */
export const ROTATOR: Record<string, object> = {
  RotatorRole: roleOfFunction([{
    Effect: 'Allow',
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:TagResource'],
    Resource: SECRETS_OF_STACK,
  }]),
  Rotator: {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 60, Code: { ZipFile: CODE }, Role: { 'Fn::GetAtt': ['RotatorRole', 'Arn'] } },
  },
  RotatorPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: 'Rotator' },
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: SECRETS_OF_STACK,
    },
  },
};

/** A secret with a first value, for the rotation function. */
export function rotatedSecret(name: string, script: Script): object {
  return secret(name, { SecretString: 'first', Tags: [{ Key: 'script', Value: script }] });
}

/** The ARN of the rotation function. */
export function rotatorArn({ id, stack }: Pick<Context, 'id' | 'stack'>): string {
  const [, partition, , region, account] = stack.id.split(':');
  return `arn:${partition}:lambda:${region}:${account}:function:${id('Rotator')}`;
}

/** For every secret, unless an observation says otherwise. */
const RotationRules = { ScheduleExpression: 'rate(30 days)' };

/** Starts a rotation, or with `RotateImmediately: false` only tests the function. Waits for IAM, and for an earlier rotation or test to end. */
export async function rotate(context: Context, secretId: string, more: Partial<RotateSecretCommandInput> = {}): Promise<string> {
  const { secretsManager, paces, waiting } = context;
  const input = { SecretId: context.id(secretId), RotationLambdaARN: rotatorArn(context), RotationRules, ...more };
  let refusal: unknown;
  const token = await waiting.until(paces.permission, async () => {
    try {
      return (await secretsManager.send(new RotateSecretCommand(input))).VersionId ?? '';
    } catch (error) {
      refusal = error;
      const { name, message } = error as Error;
      if (!/AccessDenied/.test(name) && !isBusy(message)) throw error;
      return undefined;
    }
  });
  if (token === undefined) throw refusal;
  return token;
}

/** Whether RotateSecret was refused because a rotation, or a test of one, has not ended. */
export function isBusy(message: string): boolean {
  return /previous rotation/i.test(message);
}

/** What the steps have noted so far, the oldest first. */
export async function notesOn({ secretsManager, id }: Context, secretId: string): Promise<Note[]> {
  const { Tags = [] } = await secretsManager.send(new DescribeSecretCommand({ SecretId: id(secretId) }));
  const notes = Tags.filter(({ Key }) => Key!.startsWith('note/')).map(({ Key, Value }): Note => {
    const [, at, step] = Key!.split('/');
    const [token, value, labels, put] = Value!.split(' ');
    return { at: Number(at), step, token, value, labels, put };
  });
  return notes.sort((one, other) => one.at - other.at);
}
