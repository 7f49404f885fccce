import { NotInLocalAws } from '../core/aws-error';

/**
 * Whether a message has all terms of a filter pattern. Terms with other characters than letters, digits and underscores are quoted.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterFor(pattern: string): (message: string) => boolean {
  const terms = pattern.match(/"[^"]*"|\S+/g) ?? [];
  const unknown = terms.find((term) => !/^("[^"]*"|\w+)$/.test(term));
  if (unknown !== undefined) throw new NotInLocalAws(`${unknown} of a filter pattern: only terms`);
  const texts = terms.map((term) => term.replace(/^"|"$/g, ''));
  return (message) => texts.every((text) => message.includes(text));
}
