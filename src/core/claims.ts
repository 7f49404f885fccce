import { IConstruct } from 'constructs';

/** The constructs of each app that claim something for themselves. */
export class Claims {
  private readonly byApp = new WeakMap<IConstruct, Map<string, IConstruct>>();

  /** Claims these names for a construct; if another construct has claimed one already, returns that one and claims nothing. */
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
