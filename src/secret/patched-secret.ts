import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/**
 * Replaces members of a secret that the CDK has created.
 *
 * Written against aws-cdk-lib 2.240 to 2.276: `Secret` assigns `secretArn` and `secretName` in its constructor as read-only members,
 * and its imports are of a class that is not exported. No subclass can override either.
 */
export function patchSecret(secret: secretsmanager.ISecret, members: Partial<secretsmanager.ISecret>): void {
  for (const [name, value] of Object.entries(members)) Object.defineProperty(secret, name, { value });
}
