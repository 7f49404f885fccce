import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { areApart, stackOf } from './grantee';

/** The name of an alias at the end of its ARN. */
const ALIAS = /:(alias\/.+)$/;

/** A KMS key as the policy of an identity has to describe it. */
export interface KeyInPolicy {
  readonly resourceArn: string;
  readonly conditions?: Record<string, Record<string, string>>;
}

/**
 * Describes a KMS key in the policy of a grantee. IAM matches the ARN of the key and never the ARN of an alias,
 * so that a key of which only an alias is known is described by that alias.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function keyInPolicy(encryptionKey: kms.IKeyRef, grantee: iam.IGrantable, region: string): KeyInPolicy {
  const key = targetOf(encryptionKey);
  const alias = aliasOf(key);
  const stack = Stack.of(key);
  if (alias) {
    const resourceArn = stack.formatArn({ service: 'kms', account: key.env.account, region, resource: 'key', resourceName: '*' });
    return { resourceArn, conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } } };
  }
  const { keyArn } = key.keyRef;
  const theirs = stackOf(grantee);
  const isOutOfReach = Token.isUnresolved(keyArn) && theirs !== undefined && areApart(theirs, stack);
  return { resourceArn: isOutOfReach ? '*' : keyArn };
}

/**
 * The id of the KMS key of a replica for Secrets Manager. An alias goes by its name: Secrets Manager looks it up in the region of the replica,
 * another stack can refer to it, and its ARN would have the region of the stack.
 */
export function keyIdOfReplica(encryptionKey: kms.IKeyRef): string {
  return 'aliasName' in encryptionKey ? (encryptionKey as kms.IAlias).aliasName : encryptionKey.keyRef.keyArn;
}

/** Adds a statement to the policy of a key; says whether that was possible. */
export function addToKeyPolicy(encryptionKey: kms.IKeyRef, statement: iam.PolicyStatement): boolean {
  return 'addToResourcePolicy' in encryptionKey && (encryptionKey as kms.IKey).addToResourcePolicy(statement).statementAdded;
}

/** Whether the policy of the key, if it names a principal, refers to a stack that may refer to the one of the key in turn. */
export function isMadeInOtherStack({ policyFragment: { principalJson } }: iam.IPrincipal, encryptionKey: kms.IKeyRef): boolean {
  const stack = Stack.of(targetOf(encryptionKey));
  const references = Object.values(principalJson).flat().flatMap((arn) => Tokenization.reverseString(arn).tokens.filter(Reference.isReference));
  return references.some(({ target }) => Stack.of(target) !== stack);
}

/** The key behind an alias, unless only the alias is known. */
function targetOf(key: kms.IKeyRef): kms.IKeyRef {
  if (!('aliasName' in key)) return key;
  try {
    return targetOf((key as kms.IAlias).aliasTargetKey);
  } catch {
    // kms.Alias.fromAliasName knows no key, and throws when it is asked for one.
    return key;
  }
}

function aliasOf(key: kms.IKeyRef): string | undefined {
  if ('aliasName' in key) return (key as kms.IAlias).aliasName;
  const { keyArn } = key.keyRef;
  return Token.isUnresolved(keyArn) ? undefined : ALIAS.exec(keyArn)?.[1];
}
