import type { StreamKeyProperties } from '../../src/contract/resource';

/**
 * What CloudFormation sends.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
 */
export interface CloudFormationRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  /** Absent on Create. On Delete it may be an invented one, if Create was never answered. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: StreamKeyProperties;
  /** On Update only. */
  readonly OldResourceProperties?: StreamKeyProperties;
}
