import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * Accepts a rule of cdk-nag on the resource of a construct, or only these findings of it.
 *
 * cdk-nag 2 reads the metadata of the resource, cdk-nag 3 the acknowledgments of the CDK. Your app needs one of the two.
 */
export function acceptNagRule({ node }: Construct, id: string, reason: string, findings?: string[]): void {
  const resource = node.defaultChild as cdk.CfnResource;
  resource.addMetadata('cdk_nag', { rules_to_suppress: [{ id, reason, ...(findings && { applies_to: findings }) }] });

  const { Validations } = cdk as any;
  for (const finding of findings?.map((each) => `${id}[${each}]`) ?? [id]) Validations?.of(resource).acknowledge({ id: finding, reason });
}
