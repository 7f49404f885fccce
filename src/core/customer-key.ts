import { CfnResource, Stack } from 'aws-cdk-lib';

/**
 * The properties of a resource as its template will have them, including those that aspects and `addPropertyOverride` set.
 * Only the end of synthesis shows all of it.
 */
export function templateProperties(resource: CfnResource): Record<string, any> {
  // Written against aws-cdk-lib 2.240 to 2.276: Stack writes the template from this internal method, and nothing public has the overrides.
  const { Resources = {} } = Stack.of(resource).resolve((resource as any)._toCloudFormation());
  const [template] = Object.values<any>(Resources);
  return template?.Properties ?? {};
}

/** Whether this is the id of a KMS key that may be customer managed. Such a key requires permissions. */
export function isCustomerKey(keyId: any, aliasOfAws: string): boolean {
  if (keyId === undefined || keyId.Ref === 'AWS::NoValue') return false;
  const end = typeof keyId === 'string' ? keyId : keyId['Fn::Join']?.[1].slice(-1)[0];
  return typeof end !== 'string' || !end.endsWith(aliasOfAws);
}
