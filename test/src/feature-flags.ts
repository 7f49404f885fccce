import * as fs from 'node:fs';
import * as path from 'node:path';

/** The flags that `cdk init` of the newest CDK writes into cdk.json, with the values that it recommends. An older CDK ignores those that it does not know. */
export const RECOMMENDED_FLAGS: Record<string, unknown> = JSON.parse(
  fs.readFileSync(path.join(__dirname, '..', 'newest-cdk', 'node_modules', 'aws-cdk-lib', 'recommended-feature-flags.json'), 'utf8'),
);

export const FEATURE_FLAGS: [string, Record<string, unknown>][] = [
  ['no feature flags', {}],
  ['the recommended feature flags', RECOMMENDED_FLAGS],
];
