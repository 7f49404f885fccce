import { CfnResource, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { completeArnFault } from './secret-arn';
import type { SecretProps } from './secret-props';
import { Claims } from '../core/claims';
import { differenceOf, placeOf } from '../core/environment';
import { propError } from '../core/prop-error';

/** Which construct puts its stream key into which secret. */
const managers = new Claims();

/** Throws if `secret` is none that a stream key can be put into from the stack of `scope`, or another prop says how to make one. */
export function validateUserSuppliedSecret(scope: Construct, props: SecretProps): void {
  const { secret } = props;
  if (!secret) return;
  validateNothingToMake(scope, props);
  if (secret.secretFullArn === undefined) {
    throw propError(scope, {
      prop: 'secret',
      rule: 'must be known by its complete ARN, as Secrets Manager may find another secret by less',
      got: secret.secretArn,
      advice: 'Import it with secretsmanager.Secret.fromSecretCompleteArn',
    });
  }
  const fault = completeArnFault('secret', secret.secretArn);
  if (fault) throw propError(scope, fault);
  validatePlace(scope, secret);
}

/** Notes that `manager` puts its stream key into a secret, by all ways to refer to it; throws if another construct of the app does already. */
export function claimSecret(manager: Construct, arns: string[], own?: secretsmanager.ISecret): void {
  const first = managers.claim(manager, [...arns, ...(own ? [cfnSecretOf(own)?.ref ?? own.secretArn] : [])]);
  if (!own || !first) return;
  throw propError(manager, {
    prop: 'secret',
    rule: 'must hold the stream key of one ManagedStreamKey only',
    got: `${own.node.path}, which holds the one of ${first.node.path} already`,
    advice: 'Give this one a secret of its own, or leave `secret` out: then one is made',
  });
}

/** The L1 of a secret that is made in this app. */
export function cfnSecretOf(secret: secretsmanager.ISecret): secretsmanager.CfnSecret | undefined {
  const { defaultChild } = secret.node;
  if (!defaultChild || !CfnResource.isCfnResource(defaultChild)) return undefined;
  return defaultChild.cfnResourceType === secretsmanager.CfnSecret.CFN_RESOURCE_TYPE_NAME ? defaultChild as secretsmanager.CfnSecret : undefined;
}

/** The properties of a user-supplied secret are set where it is made. */
function validateNothingToMake(scope: Construct, { secretName, description, encryptionKey, replicaRegions }: SecretProps): void {
  const has = (prop: string, what: string, got: unknown, advice: string) => {
    throw propError(scope, { prop, rule: `must not be given together with \`secret\`, which has ${what} of its own`, got, advice });
  };
  const where = 'Leave it out, or give it to the secret where that is made';
  if (secretName !== undefined) has('secretName', 'a name', secretName, where);
  if (description !== undefined) has('description', 'a description', description, where);
  if (encryptionKey) {
    has('encryptionKey', 'a KMS key', encryptionKey.node.path,
      'Give it to the secret: to new secretsmanager.Secret, or to secretsmanager.Secret.fromSecretAttributes');
  }
  if (replicaRegions) has('replicaRegions', 'replicas', replicaRegions.map(({ region }) => region).join(', ') || 'none', where);
}

function validatePlace(scope: Construct, secret: secretsmanager.ISecret): void {
  const difference = differenceOf(Stack.of(scope), placeOf(secret, secret.secretArn));
  if (!difference) return;
  const { where, ours, theirs } = difference;
  throw propError(scope, {
    prop: 'secret',
    rule: `must be in the ${where} of the stack, ${ours}`,
    got: `${secret.secretArn} in ${theirs}`,
    advice: `Put the ManagedStreamKey into a stack of that ${where}, or leave \`secret\` out: then one is made`,
  });
}
