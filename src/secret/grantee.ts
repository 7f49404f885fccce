import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { differ } from '../core/environment';

/** Whether a principal is a group, which no policy of a resource can name. */
export function isGroup(principal: iam.IPrincipal): boolean {
  return 'groupArn' in principal;
}

/** Whether a principal is known to be of another account than this one. */
export function isOfAnotherAccount({ principalAccount }: iam.IPrincipal, account: string): boolean {
  return principalAccount !== undefined && differ(principalAccount, account);
}

/** Whether a principal is not known to be of this account. */
export function mayBeOfAnotherAccount({ principalAccount }: iam.IPrincipal, account: string): boolean {
  if (principalAccount === undefined) return false;
  return ![TokenComparison.SAME, TokenComparison.BOTH_UNRESOLVED].includes(Token.compareStrings(principalAccount, account));
}

/** Whether a principal is known not to be of this account: of another one, or of none, as AWS's services and everybody are. */
export function isOutside({ principalAccount, policyFragment: { principalJson } }: iam.IPrincipal, account: string): boolean {
  if (principalAccount !== undefined) return differ(principalAccount, account);
  const { AWS: identities = [], ...others } = principalJson;
  return Object.keys(others).length > 0 || identities.some((arn) => arn === '*' || differ(accountOf(arn), account));
}

/** The stack of a grantee that is a construct, or has one as principal. */
export function stackOf(grantee: iam.IGrantable): Stack | undefined {
  const construct = [grantee, grantee.grantPrincipal].find((one) => Construct.isConstruct(one));
  return construct && Stack.of(construct as unknown as Construct);
}

/** Whether two stacks are known to be in different accounts or regions, so that neither can refer to the other's resources. */
export function areApart(one: Stack, other: Stack): boolean {
  return differ(one.account, other.account) || differ(one.region, other.region);
}

/** The account of an IAM identity, which may be given instead of an ARN. */
function accountOf(identity: string): string {
  return Token.isUnresolved(identity) ? identity : identity.split(':')[4] ?? identity;
}
