import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { WhileLive } from '../contract/while-live';
import { propError } from '../prop-error';
import type { StreamKeyProvider } from '../provider/stream-key-provider';
import { isOutside } from '../secret/grantee';

/** How many characters Secrets Manager takes as a description. */
export const MAX_DESCRIPTION = 2048;

/** The serial is a number that can be counted up. */
export function validateSerial(scope: Construct, serial?: number): void {
  if (serial === undefined || Token.isUnresolved(serial)) return;
  if (!Number.isSafeInteger(serial) || serial < 0) {
    throw propError(scope, {
      prop: 'serial',
      rule: 'must be a whole number, 0 or more',
      got: serial,
      advice: 'Start with 1 and count it up by 1 to rotate the stream key',
    });
  }
}

/** What is in the template depends on it, so that it has to be known when the template is made. */
export function validateWhileLive(scope: Construct, whileLive?: WhileLive): void {
  if (!Token.isUnresolved(whileLive)) return;
  throw propError(scope, {
    prop: 'whileLive',
    rule: 'must be known when the template is made, as permissions and rules follow from it',
    got: 'a token',
    advice: 'Use one of the values of WhileLive',
  });
}

/** The provider's permissions are written on the id of its stack, which is what the stream key is tagged with. */
export function validateProvider(scope: Construct, provider?: StreamKeyProvider): void {
  const ours = Stack.of(scope);
  if (!provider || Stack.of(provider) === ours) return;
  throw propError(scope, {
    prop: 'provider',
    rule: `must be in the stack of the stream key, ${ours.node.path}, as it is allowed to touch no keys of other stacks`,
    got: provider.node.path,
    advice: 'Make one in that stack',
  });
}

/** The name is one that Secrets Manager takes, and finds again. */
export function validateSecretName(scope: Construct, secretName?: string): void {
  if (secretName === undefined || Token.isUnresolved(secretName)) return;
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(secretName)) {
    throw propError(scope, {
      prop: 'secretName',
      rule: 'must be 1 to 512 letters, digits and `/_+=.@-`',
      got: secretName.length > 512 ? `${secretName.length} characters` : `'${secretName}'`,
      advice: 'Choose another name, or leave it out: CloudFormation then makes one',
    });
  }
  if (/-[A-Za-z0-9]{6}$/.test(secretName)) {
    Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:secretNameLikeArnSuffix',
      `\`secretName\` ends in a hyphen and six characters, as the ARNs of secrets do, got: ${secretName}. Secrets Manager may find another secret by it: choose a name with another ending.`);
  }
}

/** The description is not longer than Secrets Manager takes. */
export function validateDescription(scope: Construct, description?: string): void {
  if (description === undefined || Token.isUnresolved(description) || description.length <= MAX_DESCRIPTION) return;
  throw propError(scope, {
    prop: 'description',
    rule: `must be ${MAX_DESCRIPTION} characters at most`,
    got: `${description.length} characters`,
    advice: 'Shorten it',
  });
}

/** By its form: AWS adds regions. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** Each region is another one. */
export function validateReplicaRegions(scope: Construct, replicas: readonly { readonly region: string }[] = []): void {
  const regions = replicas.map((replica) => replica.region).filter((region) => !Token.isUnresolved(region));
  const fault = (rule: string, got: string, advice = 'Name each other region once') => propError(scope, { prop: 'replicaRegions', rule, got, advice });
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  if (twice) throw fault('must not name a region twice', twice);
  const unknown = regions.find((region) => !REGION.test(region));
  if (unknown !== undefined) throw fault('must name regions by their codes', `'${unknown}'`, 'Write it like eu-west-1');
  if (regions.includes(Stack.of(scope).region)) throw fault('must not name the region that the secret itself is in', Stack.of(scope).region);
}

/**
 * Warns of a grantee that could start no rotation. The policy of the secret would not do: RotateSecret asks for lambda:InvokeFunction, too,
 * and no policy of a function can allow it for calls of Secrets Manager only.
 */
export function warnOfRotation(scope: Construct, { grantPrincipal }: iam.IGrantable): void {
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:rotateNotGranted',
    `\`grantRotate\` gives ${grantPrincipal} nothing, as only a policy of a role, user or group of this account can allow what a rotation takes. ${insteadOf(grantPrincipal, Stack.of(scope).account)}.`);
}

function insteadOf(principal: iam.IPrincipal, account: string): string {
  const isNamedByArn = principal instanceof iam.ArnPrincipal && !(principal instanceof iam.AccountPrincipal);
  return isNamedByArn && !isOutside(principal, account)
    ? 'If it is a role, user or group of this account, import it, for example by iam.Role.fromRoleArn; if not, grant it to a role of this account that it may assume'
    : `Grant it to a role of this account, made here or imported by iam.Role.fromRoleArn, that ${principal} may assume`;
}
