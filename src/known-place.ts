import { Token } from 'aws-cdk-lib';

/** Where something is, as far as it is known when the template is made. */
export function knownPlace({ account, region }: { readonly account: string; readonly region: string }): { account?: string; region?: string } {
  return { account: known(account), region: known(region) };
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
