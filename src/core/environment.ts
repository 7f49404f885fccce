import { Token, TokenComparison } from 'aws-cdk-lib';

/** An account and a region, each of which may be unknown when the template is made. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** In what two places differ. */
export interface Difference {
  readonly where: keyof Place;
  readonly ours: string;
  readonly theirs: string;
}

/** The account and region of a resource. The ARN of an L1 or of another library's construct may be the only place that names them. */
export function placeOf({ env: { account, region } }: { readonly env: Place }, arn: string): Place {
  const match = Token.isUnresolved(arn) ? null : /^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]+):(\d{12}):/.exec(arn);
  return match ? { region: match[1], account: match[2] } : { account, region };
}

/** Whether two accounts, or two regions, are known to differ. */
export function differ(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

/** The known difference between two places; undefined if they may be the same. */
export function differenceOf(ours: Place, theirs: Place): Difference | undefined {
  const where = (['account', 'region'] as const).find((part) => differ(ours[part], theirs[part]));
  return where && { where, ours: ours[where], theirs: theirs[where] };
}

/** A value, unless it is unknown when the template is made. */
export function known(value?: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
