import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IvsClient } from '@aws-sdk/client-ivs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The clients of the AWS account that is observed. */
export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly eventBridge: EventBridgeClient;
  readonly ivs: IvsClient;
  readonly lambda: LambdaClient;
  readonly secretsManager: SecretsManagerClient;
}
