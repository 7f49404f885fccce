import type { Template } from './template';
import { AwsError } from '../core/aws-error';

/** The property that gives an IAM resource a custom name. A policy's name is one within its role, which needs no capability of its own. */
const NAMES: Record<string, string | undefined> = {
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
};

/**
 * Throws unless a request acknowledges the IAM resources of its template.
 *
 * CAPABILITY_AUTO_EXPAND is for transforms, which are refused by name.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 * @see https://github.com/boozallen/devsecops-example-helloworld/issues/1 for the text
 */
export function requireCapabilities({ Resources }: Template, capabilities: readonly string[]): void {
  const ofIam = Object.values(Resources).filter(({ Type }) => Type in NAMES);
  const isNamed = ofIam.some(({ Type, Properties = {} }) => NAMES[Type] !== undefined && NAMES[Type] in Properties);
  const sufficient = isNamed ? ['CAPABILITY_NAMED_IAM'] : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (!ofIam.length || sufficient.some((capability) => capabilities.includes(capability))) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${sufficient[0]}]`);
}
