import type { Secret } from './secret';
import { NotInLocalAws } from '../core/aws-error';

export interface Filter {
  readonly Key: string;
  readonly Values: string[];
}

/** The texts of a secret that a filter's values may be the beginning of. */
const TEXTS: Record<string, (secret: Secret) => string[]> = {
  'name': ({ name }) => [name],
  'description': ({ description = '' }) => [description],
  'tag-key': ({ tags }) => Object.keys(tags),
  'tag-value': ({ tags }) => Object.values(tags),
};
const SORTS: Record<string, (secret: Secret) => string | number> = {
  'created-date': ({ created }) => created.getTime(),
  'last-changed-date': ({ lastChanged }) => lastChanged.getTime(),
  'name': ({ name }) => name,
};

/**
 * The secrets that pass all filters: each by one of its values at least, or by none of those after an exclamation mark. How AWS joins several of the
 * latter is unconfirmed.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function filtered(secrets: Secret[], filters: Filter[] = []): Secret[] {
  return filters.reduce((left, { Key, Values }) => {
    const textsOf = TEXTS[Key];
    if (!textsOf) throw new NotInLocalAws(`the filter ${Key} of secretsmanager:ListSecrets`);
    const fold = (text: string) => (Key === 'description' ? text.toLowerCase() : text);
    const begins = (secret: Secret, value: string) => textsOf(secret).some((text) => fold(text).startsWith(fold(value)));
    const negated = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
    const wanted = Values.filter((value) => !value.startsWith('!'));
    const isAny = (secret: Secret, values: string[]) => values.some((value) => begins(secret, value));
    return left.filter((secret) => !isAny(secret, negated) && (!wanted.length || isAny(secret, wanted)));
  }, secrets);
}

/** The latest first, unless another order is asked for. That it is the default is unconfirmed. */
export function sorted(secrets: Secret[], by = 'created-date', order = 'desc'): Secret[] {
  const keyOf = SORTS[by];
  if (!keyOf) throw new NotInLocalAws(`SortBy ${by} of secretsmanager:ListSecrets`);
  const ascending = [...secrets].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : Number(keyOf(one) > keyOf(other))));
  return order === 'desc' ? ascending.reverse() : ascending;
}
