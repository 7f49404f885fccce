/** A statement of an IAM policy, with functions of CloudFormation in it. */
export type Statement = Record<string, unknown>;

/** The role of a function that may do what the statements allow. It may not write a log: no log group outlives the stack. */
export function roleOfFunction(statements: Statement[]): object {
  const trust = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const policy = { PolicyName: 'Observe', PolicyDocument: { Version: '2012-10-17', Statement: statements } };
  return {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: trust }, ...(statements.length ? { Policies: [policy] } : {}) },
  };
}

/** An ARN of the stack's account and region. */
export function arnOf(service: string, resource: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}` };
}

/** The secrets of the stack. */
export const SECRETS_OF_STACK = arnOf('secretsmanager', 'secret:${AWS::StackName}/*');

/** A secret of the stack, empty unless a value is given. */
export function secret(name: string, properties: object = {}): object {
  return { Type: 'AWS::SecretsManager::Secret', Properties: { Name: { 'Fn::Sub': `\${AWS::StackName}/${name}` }, ...properties } };
}

/** A channel without a stream key. */
export const CHANNEL = { Type: 'AWS::IVS::Channel', Properties: {} };
