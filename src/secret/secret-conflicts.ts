import { Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { AppResources } from '../core/app-resources';
import { differenceOf, known } from '../core/environment';
import { describe } from '../core/prop-error';

/** The secret of a stream key, as far as the app makes or knows it. */
export interface KeptSecret {
  /** By which the app refers to it. */
  readonly secretArn: string;
  /** Its L1, if this app makes it. */
  readonly resource?: secretsmanager.CfnSecret;
}

/**
 * The faults that other resources of the app make with the secret, known when all of them are there.
 *
 * @param schedule the rotation schedule of the stream key itself
 */
export function findSecretConflicts(resources: AppResources, kept: KeptSecret, schedule?: IConstruct): string[] {
  return [
    ...resources.ofType(secretsmanager.CfnSecret).flatMap((other) => findSameName(other, kept)),
    ...resources.ofType(secretsmanager.CfnRotationSchedule).filter((other) => other !== schedule).flatMap((other) => findOtherSchedule(other, kept)),
  ];
}

function findSameName(other: secretsmanager.CfnSecret, { resource }: KeptSecret): string[] {
  if (!resource || other === resource) return [];
  const name = known(resource.name);
  if (name === undefined || other.name !== name || differenceOf(Stack.of(resource), Stack.of(other))) return [];
  return [describe({
    prop: 'secretName',
    rule: 'must be the name of one secret in an account and region',
    got: `'${name}', the name of ${other.node.path} as well`,
    advice: 'Choose another name, or leave it out for a generated one',
  })];
}

/** Its function would overwrite the stream key. */
function findOtherSchedule(other: secretsmanager.CfnRotationSchedule, { secretArn, resource }: KeptSecret): string[] {
  const isSame = other.secretId === secretArn || targetsOf(other.secretId).some((target) => target === resource);
  return isSame ? [describe({
    prop: 'secret',
    rule: 'must have no rotation schedule but that of the stream key, as Secrets Manager has one for each secret',
    got: other.node.path,
    advice: 'Take that schedule out, and use `rotationSchedule` or addRotationSchedule of the ManagedStreamKey',
  })] : [];
}

function targetsOf(value: string): (IConstruct | undefined)[] {
  return Tokenization.reverseString(value).tokens.map((token) => Reference.isReference(token) ? token.target : undefined);
}
