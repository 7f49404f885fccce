import type { Stack } from './stack';
import { AwsError } from '../core/aws-error';

/** The exports of a region's stacks, and their importers. */
export class Exports {
  constructor(private readonly stacks: readonly Stack[]) {}

  public value(name: string, region: string): string {
    const output = this.stacksIn(region).flatMap(({ outputs }) => outputs).find(({ ExportName }) => ExportName === name);
    if (!output) throw new AwsError('ValidationError', `No export named ${name} found.`);
    return output.OutputValue;
  }

  /** Throws if a stack cannot have these outputs, as another stack imports a value that they change, or exports the same name. */
  public validateChange(stack: Stack, outputs: Stack['outputs']): void {
    const exported = new Map(outputs.map(({ ExportName, OutputValue }) => [ExportName, OutputValue]));
    for (const { ExportName, OutputValue } of stack.outputs) {
      if (!ExportName || exported.get(ExportName) === OutputValue) continue;
      const verb = exported.has(ExportName) ? 'update' : 'delete';
      const importers = this.othersIn(stack).filter(({ imports }) => imports.has(ExportName)).map(({ name }) => name);
      // The words of events of 2025 and 2026; until about 2022 they were "Export … cannot be updated as it is in use by …".
      if (importers.length) {
        throw new Error(`${verb === 'update' ? 'Update' : 'Delete'} canceled. Cannot ${verb} export ${ExportName} as it is in use by ${enumerate(importers)}.`);
      }
    }
    for (const other of this.othersIn(stack)) {
      const twice = other.outputs.find(({ ExportName }) => ExportName && exported.has(ExportName));
      if (twice) throw new Error(`Export with name ${twice.ExportName} is already exported by stack ${other.name}.`);
    }
  }

  private othersIn({ region, id }: Stack): Stack[] {
    return this.stacksIn(region).filter((other) => other.id !== id);
  }

  private stacksIn(region: string): Stack[] {
    return this.stacks.filter((stack) => stack.exists && stack.region === region);
  }
}

function enumerate(names: string[]): string {
  const last = names[names.length - 1];
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
