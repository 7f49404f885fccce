import type { StackOutputReference } from './stack-output';
import type { Template } from './template';
import { AwsError, NotInLocalAws } from '../core/aws-error';

/** The targets of a template's intrinsic functions. */
export interface Scope {
  readonly template: Template;
  /** Parameters and pseudo parameters. */
  readonly values: Record<string, unknown>;
  readonly physicalId: (logicalId: string) => string;
  readonly attribute: (logicalId: string, name: string) => unknown;
  readonly importValue: (name: string) => unknown;
  readonly stackOutput: (reference: StackOutputReference) => string;
}

/** Stands for `AWS::NoValue`: the property that has it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: any, scope: Scope) => unknown;

const INTRINSICS: Record<string, Intrinsic> = {
  'Ref': (name, scope) => {
    if (name === 'AWS::NoValue') return NO_VALUE;
    return name in scope.values ? scope.values[name] : scope.physicalId(name);
  },
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...name] = Array.isArray(argument) ? argument : argument.split('.');
    return scope.attribute(logicalId, (resolve(name, scope) as string[]).join('.'));
  },
  'Fn::Join': ([delimiter, list], scope) => (resolve(list, scope) as unknown[]).join(delimiter),
  'Fn::Split': ([delimiter, text], scope) => String(resolve(text, scope)).split(delimiter),
  'Fn::Select': ([index, list], scope) => {
    const items = resolve(list, scope) as unknown[];
    const item = items[Number(resolve(index, scope))];
    if (item === undefined) throw new AwsError('ValidationError', 'Template error: Fn::Select cannot select nonexistent value');
    return item;
  },
  'Fn::Sub': (argument, scope) => {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole: string, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in names) return String(resolve(names[name], scope));
      return String(name.includes('.') ? INTRINSICS['Fn::GetAtt'](name, scope) : INTRINSICS.Ref(name, scope));
    });
  },
  'Fn::FindInMap': ([map, first, second], scope) => {
    const value = scope.template.Mappings?.[resolve(map, scope) as string]?.[resolve(first, scope) as string]?.[resolve(second, scope) as string];
    if (value === undefined) throw new AwsError('ValidationError', `Template error: Unable to get mapping for ${map}::${JSON.stringify(first)}::${second}`);
    return value;
  },
  'Fn::If': ([condition, yes, no], scope) => resolve(isTrue(condition, scope) ? yes : no, scope),
  'Fn::Equals': ([one, other], scope) => String(resolve(one, scope)) === String(resolve(other, scope)),
  'Fn::And': (conditions, scope) => conditions.every((condition: unknown) => resolve(condition, scope)),
  'Fn::Or': (conditions, scope) => conditions.some((condition: unknown) => resolve(condition, scope)),
  'Fn::Not': ([condition], scope) => !resolve(condition, scope),
  'Fn::Contains': ([list, item], scope) => (resolve(list, scope) as unknown[]).includes(resolve(item, scope)),
  'Fn::ImportValue': (name, scope) => scope.importValue(resolve(name, scope) as string),
  'Fn::GetStackOutput': (reference, scope) => scope.stackOutput(resolve(reference, scope) as StackOutputReference),
  'Condition': (name, scope) => isTrue(name, scope),
};

/** A value of the template with its functions carried out. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value);
  const [name] = names;
  if (names.length === 1 && INTRINSICS[name] && !(name === 'Condition' && typeof (value as any)[name] !== 'string')) return INTRINSICS[name]((value as any)[name], scope);
  if (names.length === 1 && name.startsWith('Fn::')) throw new NotInLocalAws(`the function ${name}`);
  const resolved = Object.entries(value).map(([field, content]) => [field, resolve(content, scope)]);
  return Object.fromEntries(resolved.filter(([, content]) => content !== NO_VALUE));
}

/** Whether a named condition of the template holds. */
export function isTrue(condition: string, scope: Scope): boolean {
  const definition = scope.template.Conditions?.[condition];
  if (definition === undefined) throw new AwsError('ValidationError', `Template format error: Unresolved condition dependency ${condition}`);
  return resolve(definition, scope) as boolean;
}

/** The logical ids that a value refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [argument as string];
    if (name === 'Fn::GetAtt') return [Array.isArray(argument) ? argument[0] : (argument as string).split('.')[0]];
    if (name === 'Fn::Sub') {
      const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
      const inText = [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, found]) => found).filter((found) => !(found in names));
      return [...inText.map((found) => found.split('.')[0]), ...references(names)];
    }
    return references(argument);
  });
}
