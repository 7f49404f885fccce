import * as cdk from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A rule of cdk-nag that a resource does not pass, and the reason. */
export interface NagSuppression {
  readonly id: string;
  readonly reason: string;
}

/** The place where cdk-nag 3 looks for suppressions. The lowest supported aws-cdk-lib lacks it. */
interface Validations {
  readonly ACKNOWLEDGED_RULES_METADATA_KEY: string;
  of(scope: IConstruct): { acknowledge(...rules: NagSuppression[]): void };
}

/**
 * Suppresses a rule of cdk-nag on the resource of a construct, or only these findings of a rule that has several.
 * Users need not know the insides of this library to pass their checks, and what they add to the resource is still checked.
 *
 * @see https://github.com/cdklabs/cdk-nag
 */
export function suppressNagRule(construct: IConstruct, { id, reason }: NagSuppression, findings?: string[]): void {
  const resource = construct.node.defaultChild as cdk.CfnResource;
  const noted: { id: string }[] = resource.getMetadata('cdk_nag')?.rules_to_suppress ?? [];
  resource.addMetadata('cdk_nag', {
    rules_to_suppress: [...noted.filter((rule) => rule.id !== id), { id, reason, ...(findings && { applies_to: findings }) }],
  });
  for (const finding of findings?.map((each) => `${id}[${each}]`) ?? [id]) acknowledge(resource, finding, reason);
}

function acknowledge(resource: cdk.CfnResource, id: string, reason: string): void {
  const { Validations } = cdk as { Validations?: Validations };
  if (!Validations) return;
  const { ACKNOWLEDGED_RULES_METADATA_KEY: key } = Validations;
  if (resource.node.metadata.some(({ type, data }) => type === key && Object.keys(data).some((known) => known.endsWith(id)))) return;
  try {
    Validations.of(resource).acknowledge({ id, reason });
  } catch {
    // Up to 2.26x the CDK refuses an id with a pseudo parameter in it, such as <AWS::Partition>. cdk-nag reads what would be noted.
    resource.node.addMetadata(key, { [id]: reason });
  }
}
