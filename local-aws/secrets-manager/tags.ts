import { invalid } from './invalid-parameter';

const MOST_TAGS = 50;

/**
 * Throws if tags of AWS would be set or removed, or there would be too many. The names of these errors are unconfirmed.
 *
 * @param keys the keys of the tags that the caller sets or removes
 * @param after the tags that the secret would have
 */
export function checkTags(keys: string[], after: Record<string, string> = {}): void {
  const reserved = keys.find((key) => key.startsWith('aws:'));
  if (reserved !== undefined) throw invalid(`The tag key ${reserved} begins with aws:, which is reserved for AWS.`);
  if (Object.keys(after).length > MOST_TAGS) throw invalid(`A secret can have ${MOST_TAGS} tags at most.`);
}
