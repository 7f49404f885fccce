import type { Exports } from './exports';
import { isTrue, resolve, Scope } from './intrinsics';
import type { Properties, ResourceType } from './resource-type';
import type { Specification, Stack } from './stack';
import { stackOutput } from './stack-output';
import type { ResourceDefinition } from './template';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/** The environment of an operation on a stack. */
export interface Surroundings {
  readonly account: string;
  readonly resourceType: (name: string) => ResourceType;
  readonly exports: Exports;
  readonly stacks: readonly Stack[];
}

/** A template, worked out against the stack as it stands. */
export class Evaluation {
  /** The names of the exports that were needed. */
  public readonly imports = new Set<string>();
  private readonly scope: Scope;

  constructor(stack: Stack, private readonly specification: Specification, { account, exports, stacks }: Surroundings) {
    const resource = (logicalId: string) => {
      const found = stack.resources.get(logicalId);
      if (!found) throw new AwsError('ValidationError', `Template error: instance of Fn::GetAtt or Ref references undefined resource ${logicalId}`);
      return found;
    };
    this.scope = {
      template: specification.template,
      values: {
        'AWS::AccountId': account,
        'AWS::Region': stack.region,
        'AWS::Partition': 'aws',
        'AWS::URLSuffix': 'amazonaws.com',
        'AWS::StackId': stack.id,
        'AWS::StackName': stack.name,
        ...specification.parameters,
      },
      physicalId: (logicalId) => resource(logicalId).physicalId,
      attribute: (logicalId, name) => {
        const { attributes, definition } = resource(logicalId);
        if (!(name in attributes)) throw new AwsError('ValidationError', `Attribute error: Vendor response doesn't contain ${name} attribute of ${logicalId} (${definition.Type})`);
        return attributes[name];
      },
      importValue: (name) => {
        const value = exports.value(name, stack.region);
        // Until the operation ends, the stack's earlier imports count, too.
        this.imports.add(name);
        stack.imports.add(name);
        return value;
      },
      stackOutput: (reference) => stackOutput(stacks, reference, stack.region),
    };
  }

  /** Throws if the parameters break a rule of the template. The text of the error is unconfirmed. */
  public requireRules(): void {
    for (const [name, { Assertions }] of Object.entries(this.specification.template.Rules ?? {})) {
      const broken = Assertions.find(({ Assert }) => !resolve(Assert, this.scope));
      if (broken) throw new AwsError('ValidationError', `Template error: rule ${name} is not satisfied: ${broken.AssertDescription ?? ''}`);
    }
  }

  /** The resources whose condition holds. */
  public resources(): Record<string, ResourceDefinition> {
    const { Resources } = this.specification.template;
    return Object.fromEntries(Object.entries(Resources).filter(([, { Condition }]) => !Condition || isTrue(Condition, this.scope)));
  }

  public properties(type: ResourceType, definition: ResourceDefinition): Properties {
    const { tags } = this.specification;
    const properties = resolve(definition.Properties ?? {}, this.scope) as Properties;
    for (const name of Object.keys(properties)) {
      if (type.properties && !type.properties.includes(name)) throw new NotInLocalAws(`the property ${name} of ${definition.Type}`);
    }
    if (!type.taggable || !tags.length) return properties;
    const own = (properties.Tags ?? []) as { Key: string }[];
    return { ...properties, Tags: [...own, ...tags.filter(({ Key }) => !own.some((tag) => tag.Key === Key))] };
  }

  public metadata({ Metadata }: ResourceDefinition): unknown {
    return Metadata && resolve(Metadata, this.scope);
  }

  public outputs(): Stack['outputs'] {
    return Object.entries(this.specification.template.Outputs ?? {})
      .filter(([, { Condition }]) => !Condition || isTrue(Condition, this.scope))
      .map(([OutputKey, { Value, Description, Export }]) => ({
        OutputKey,
        OutputValue: String(resolve(Value, this.scope)),
        Description,
        ExportName: Export && String(resolve(Export.Name, this.scope)),
      }));
  }
}
