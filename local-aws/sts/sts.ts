import { AwsError } from '../core/aws-error';
import type { Operation, Service } from '../endpoint/operation';
import { query } from '../protocols/query';
import { modelOf } from '../protocols/service-model';

/** STS: who is calling. Nobody may assume the bootstrap roles, so the CDK CLI goes on with the credentials it has. */
export class Sts implements Service {
  public readonly name = 'sts';
  public readonly model = modelOf(__dirname);
  public readonly protocol = query(this.model);
  public readonly invalidInput = 'ValidationError';
  public readonly honours = {
    GetCallerIdentity: [],
    // The answer is no, whatever the session would be.
    AssumeRole: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId', 'Tags', 'TransitiveTagKeys'],
  };

  public readonly operations: Record<string, Operation> = {
    GetCallerIdentity: async (_input, call) => {
      await call.authorize('sts:GetCallerIdentity', '*');
      return { Arn: call.caller.arn, UserId: call.caller.arn.split('/').pop(), Account: call.account };
    },
    AssumeRole: ({ RoleArn }, call) => {
      throw new AwsError('AccessDenied', `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`, 403);
    },
  };
}
