import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { Stack } from './stack';
import type { Template } from './template';

const TEMPLATE = path.join(__dirname, '..', '..', 'node_modules', 'aws-cdk', 'lib', 'api', 'bootstrap', 'bootstrap-template.yaml');
const body = fs.readFileSync(TEMPLATE, 'utf8');
const template: Template = parse(body);

/** The version of the bootstrap: that of the CDK CLI in node_modules. */
export const BOOTSTRAP_VERSION = String(template.Outputs!.BootstrapVersion.Value);

/** The name of the bucket for assets. */
export function assetBucket(account: string, region: string): string {
  return `cdk-hnb659fds-assets-${account}-${region}`;
}

/**
 * The stack that `cdk bootstrap` makes, so that another `cdk bootstrap` finds nothing to do. Its resources are not in it: of those, only the bucket and
 * the parameter are there.
 */
export function bootstrapStack(account: string, region: string): Stack {
  const stack = new Stack('CDKToolkit', region, account);
  const defaults = Object.entries(template.Parameters!).map(([name, { Default = '' }]) => [name, Default]);
  stack.specification = {
    body,
    template: { Description: template.Description, Resources: {} },
    parameters: { ...Object.fromEntries(defaults), FileAssetsBucketKmsKeyId: 'AWS_MANAGED_KEY' },
    capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    tags: [],
  };
  const bucket = assetBucket(account, region);
  stack.outputs = [
    { OutputKey: 'BucketName', OutputValue: bucket },
    { OutputKey: 'BucketDomainName', OutputValue: `${bucket}.s3.${region}.amazonaws.com` },
    { OutputKey: 'BootstrapVersion', OutputValue: BOOTSTRAP_VERSION },
  ];
  stack.become('CREATE_COMPLETE');
  return stack;
}
