/** The props that are given, and no others: one that is there without a value would stand in the way of a property injector's. */
export function withoutUndefined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}
