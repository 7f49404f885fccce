import { NotInLocalAws } from '../core/aws-error';

/**
 * Refuses service roles but the one of the CDK's bootstrap, which the CDK CLI sends with every deployment. Its policy is AdministratorAccess unless
 * the bootstrap is told otherwise: like the administrator who deploys here, it may do everything.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export function validateServiceRole(roleArn: string | undefined, account: string, region: string): void {
  const known = `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`;
  if (roleArn !== undefined && roleArn !== known) throw new NotInLocalAws(`the service role ${roleArn}: only that of the bootstrap`);
}
