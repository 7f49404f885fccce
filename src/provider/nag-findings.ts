/** The findings of cdk-nag's rule on wildcards in IAM policies for these resources, which come from `Stack.resolve`. */
export function wildcardsOf(resources: unknown[]): string[] {
  return [...new Set(resources.map(flatten).filter((resource) => resource.includes('*')).map((resource) => `Resource::${resource}`))];
}

/** An ARN in the form in which cdk-nag names it: `<AWS::Region>` for a reference. */
function flatten(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(flatten).join(value['Fn::Join'][0]);
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
  return value.Ref ? `<${value.Ref}>` : JSON.stringify(value);
}
