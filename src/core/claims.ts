import { IConstruct } from 'constructs';

/** For each app, which construct has what for itself. */
export class Claims {
  private readonly byApp = new WeakMap<IConstruct, Map<string, IConstruct>>();

  /** Notes that a construct has what goes by these names; returns the one that has it already, if any, and then notes nothing. */
  public claim(claimant: IConstruct, names: string[]): IConstruct | undefined {
    const { root } = claimant.node;
    const claimed = this.byApp.get(root) ?? new Map<string, IConstruct>();
    this.byApp.set(root, claimed);

    const first = names.map((name) => claimed.get(name)).find((other) => other !== undefined);
    if (first) return first;
    for (const name of names) claimed.set(name, claimant);
    return undefined;
  }
}
