import { Annotations, CfnElement, Reference, ResourceEnvironment, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { differ } from '../known-place';
import { propError } from '../prop-error';

const READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];

/** A construct with a secret to read. */
export interface SecretHolder extends Construct {
  readonly env: ResourceEnvironment;
  readonly secret: secretsmanager.ISecret;
  /** The ARN of the secret for other accounts, whose stacks cannot refer to it. */
  readonly _secretArnElsewhere: string;
}

/**
 * Allows a grantee to read the secret and to decrypt it: by a policy of its own, and where that cannot be or is not enough,
 * by the policies of the secret and of its KMS key.
 */
export function grantReadOf(holder: SecretHolder, grantee: iam.IGrantable): iam.Grant {
  const { secret, env } = holder;
  const { grantPrincipal } = grantee;
  const isForeign = isOfAnotherAccount(grantPrincipal, env.account);
  // Not by ISecret.grantRead, which names the grantee in the policy of the KMS key wherever it is:
  // with one of another stack, each of the two stacks would depend on the other.
  const byIdentity = iam.Grant.addToPrincipal({
    grantee,
    actions: READ,
    resourceArns: [isForeign ? holder._secretArnElsewhere : secret.secretArn],
  });
  if (isForeign) validateReach(holder, grantPrincipal);
  const isEnough = byIdentity.success && !mayBeOfAnotherAccount(grantPrincipal, env.account);
  const isTooLittle = isForeign || !byIdentity.success;

  const bySecret = isEnough || isGroup(grantPrincipal) ? undefined : addToPolicyOf(holder, grantee);
  if (isTooLittle && !bySecret) (isGroup(grantPrincipal) ? warnOfGroup : warnOfSecretPolicy)(holder, grantPrincipal);
  if (bySecret && !secret.encryptionKey && isOutside(grantPrincipal, env.account)) {
    throw propError(holder, {
      prop: 'encryptionKey',
      rule: 'must be given where somebody outside of the account reads the secret, as the key aws/secretsmanager decrypts for nobody else',
      got: `none for ${grantPrincipal}`,
      advice: 'Choose a kms.Key; a `secret` of your own has to have one itself',
    });
  }

  const byKey = grantDecryptOf(holder, grantee, { isForeign, isTooLittle });
  return [bySecret, byKey].reduce<iam.Grant>((all, grant) => grant ? all.combine(grant) : all, byIdentity);
}

/** Throws if the policy of a principal, in a stack of another account, cannot say which secret it may read. */
function validateReach(holder: SecretHolder, principal: iam.IPrincipal): void {
  if (!Construct.isConstruct(principal) || !principal.node.findAll().some(CfnElement.isCfnElement)) return;
  const { account } = Stack.of(principal);
  if (!referencesIn(holder._secretArnElsewhere).some(({ target }) => differ(Stack.of(target).account, account))) return;
  throw propError(holder, {
    prop: 'secretName',
    rule: 'must be given, without tokens, where a role of another account reads the secret, as its stack cannot refer to the secret otherwise',
    got: `none for ${principal}`,
    advice: 'Choose a name; a `secret` of your own has to have one itself, or to be imported by an ARN without tokens',
  });
}

/** Whether a principal is a group, which no policy of a resource can name. */
function isGroup(principal: iam.IPrincipal): boolean {
  return 'groupArn' in principal;
}

function referencesIn(value: string): Reference[] {
  return Tokenization.reverseString(value).tokens.filter(Reference.isReference);
}

/** Whether a principal is known to be of another account than this one. */
export function isOfAnotherAccount({ principalAccount }: iam.IPrincipal, account: string): boolean {
  return principalAccount !== undefined && differ(principalAccount, account);
}

function mayBeOfAnotherAccount({ principalAccount }: iam.IPrincipal, account: string): boolean {
  if (principalAccount === undefined) return false;
  return ![TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED].includes(Token.compareStrings(principalAccount, account));
}

/** Whether a principal is known not to be of this account: of another one, or of none, as AWS's services and everybody are. */
export function isOutside({ principalAccount, policyFragment: { principalJson } }: iam.IPrincipal, account: string): boolean {
  if (principalAccount !== undefined) return differ(principalAccount, account);
  const { AWS: identities = [], ...others } = principalJson;
  return Object.keys(others).length > 0 || identities.some((arn) => arn === '*' || differ(accountOf(arn), account));
}

/** The account of an IAM identity, which may be given instead of an ARN. */
function accountOf(identity: string): string {
  return Token.isUnresolved(identity) ? identity : identity.split(':')[4] ?? identity;
}

/** Undefined if the policy of the secret is out of reach. */
function addToPolicyOf({ secret, env }: SecretHolder, grantee: iam.IGrantable): iam.Grant | undefined {
  // In the policy of a secret, this means the secret.
  const resourceArns = ['*'];
  const statement = new iam.PolicyStatement({ actions: READ, resources: resourceArns, principals: [grantee.grantPrincipal] });
  const added = secret.addToResourcePolicy(statement);
  if (!added.statementAdded) return undefined;
  const resource = { env, addToResourcePolicy: () => added };
  return iam.Grant.addStatementToResourcePolicy({ grantee, actions: READ, resourceArns, statement, resource });
}

/** Undefined if the secret is encrypted with aws/secretsmanager, which decrypts for whoever may read the secret. */
function grantDecryptOf(
  holder: SecretHolder, grantee: iam.IGrantable, { isForeign, isTooLittle }: { isForeign: boolean; isTooLittle: boolean },
): iam.Grant | undefined {
  const { secret: { encryptionKey: key }, env } = holder;
  if (!key) return undefined;
  const { grantPrincipal } = grantee;
  const actions = ['kms:Decrypt'];
  const viaService = `secretsmanager.${env.region}.amazonaws.com`;

  const isNameable = !isGroup(grantPrincipal) && !(grantPrincipal instanceof iam.UnknownPrincipal);
  if (isNameable && (isTooLittle || !isMadeInOtherStack(grantPrincipal, key))) {
    const principals = [new kms.ViaServicePrincipal(viaService, grantPrincipal)];
    const { statementAdded } = key.addToResourcePolicy(new iam.PolicyStatement({ actions, resources: ['*'], principals }));
    if (isTooLittle && !statementAdded) warnOfKeyPolicy(holder, grantPrincipal, viaService);
  }
  // The policy of an imported key cannot be extended: it has to leave the decision to the grantee's.
  return iam.Grant.addToPrincipal({
    grantee,
    actions,
    // No stack of another account can refer to a key.
    resourceArns: [isForeign && Token.isUnresolved(key.keyArn) ? '*' : key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': viaService } },
  });
}

/** Whether the policy of the key, if it names a principal, refers to a stack that may refer to the one of the key in turn. */
function isMadeInOtherStack({ policyFragment: { principalJson } }: iam.IPrincipal, key: kms.IKey): boolean {
  return Object.values(principalJson).flat().flatMap(referencesIn).some(({ target }) => Stack.of(target) !== Stack.of(key));
}

function warnOfGroup(holder: SecretHolder, principal: iam.IPrincipal): void {
  warn(holder, `No policy of a secret or of a KMS key can name a group, so that ${principal} cannot read the stream key yet. `
    + `Grant it to the account of the group, too: to new iam.AccountPrincipal('${principal.principalAccount}')`);
}

function warnOfSecretPolicy(holder: SecretHolder, principal: iam.IPrincipal): void {
  const isKeyUnknown = !holder.secret.encryptionKey && isOutside(principal, holder.env.account);
  warn(holder, `The policy of the secret is out of reach, so that ${principal} cannot read the stream key yet. Allow it ${READ.join(' and ')} there`
    + (isKeyUnknown ? ', and kms:Decrypt in the policy of the KMS key, which must be another than aws/secretsmanager' : ''));
}

function warnOfKeyPolicy(holder: SecretHolder, principal: iam.IPrincipal, viaService: string): void {
  warn(holder, `The policy of the KMS key is out of reach, so that ${principal} cannot decrypt the stream key yet. `
    + `Allow it kms:Decrypt there, with the kms:ViaService ${viaService}`);
}

function warn(scope: Construct, message: string): void {
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:policyNotExtended', `${message}. Once that is done, acknowledge this warning.`);
}
