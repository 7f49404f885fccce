import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { propError } from '../core/prop-error';

/** The maximum length of a secret's description. */
export const MAX_DESCRIPTION = 2048;

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

/** Only the form is checked, as AWS adds regions. */
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
