import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Aws } from '../aws/aws';

/** Manages the resources of one type. */
export interface ResourceHandler<Properties> {
  /** Known before the first call, so that success, failure and deletion name the same resource. */
  physicalId(request: CloudFormationCustomResourceEvent<Properties>): string;
  /** Carries out a Create or an Update, and returns the attributes. */
  keep(request: CloudFormationCustomResourceEvent<Properties>, aws: Aws): Promise<object>;
  /** Carries out a Delete. */
  remove(request: CloudFormationCustomResourceEvent<Properties>, aws: Aws): Promise<void>;
  /** Reports a failure, and returns its reason. */
  explain(error: unknown, request: CloudFormationCustomResourceEvent<Properties>): string;
}
