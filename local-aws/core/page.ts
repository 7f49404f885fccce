import type { AwsError } from './aws-error';

/** A part of a list, and the token for the next one; undefined if it is the last. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** @param invalid the service's error for a token that no answer had */
export function pageOf<T>(all: T[], size: number, token: string | undefined, invalid: AwsError): Page<T> {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0 || (start > 0 && start >= all.length)) throw invalid;
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}
