import type { Member, Shape } from './service-model';

/** The paths of the members that a value has, such as `Tags.Key`. What is in a list or a map shares theirs. */
export function membersIn(shape: Shape, value: unknown, path?: string): string[] {
  if (isAbsent(value)) return [];
  if (shape.type === 'list') return (value as unknown[]).flatMap((each) => membersIn(shape.member!.shape, each, path));
  if (shape.type === 'map') return Object.values(value as object).flatMap((each) => membersIn(shape.value!.shape, each, path));
  if (shape.type !== 'structure') return [];
  return Object.entries(value as object).filter(([, each]) => !isAbsent(each)).flatMap(([name, each]) => {
    const at = path ? `${path}.${name}` : name;
    const member = shape.members?.[name];
    return [at, ...(member ? membersIn(member.shape, each, at) : [])];
  });
}

/** The member at a path; undefined if the model has none. */
export function memberAt(root: Shape, path: string): Member | undefined {
  return path.split('.').reduce<Member | undefined>((member, name) => {
    let shape = member?.shape;
    while (shape?.member || shape?.value) shape = (shape.member ?? shape.value)!.shape;
    return shape?.members?.[name];
  }, { shape: root });
}

export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
