import { CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws, REGION } from '../../local-aws/local-aws';

const TEST = 'Test';

/** What an SDK client needs to speak to a local AWS as its administrator. */
export function clientOptions(aws: LocalAws) {
  return { endpoint: aws.url, region: REGION, credentials: aws.identities.administrator, maxAttempts: 1 };
}

/** Makes a stack, and returns its outputs; fails with the reasons if it cannot be made. */
export async function deployTemplate(
  aws: LocalAws, Resources: object, outputs: Record<string, unknown>, StackName = TEST,
): Promise<Record<string, string>> {
  const client = new CloudFormationClient(clientOptions(aws));
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
  await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources, Outputs }), Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  client.destroy();
  const { StackStatus, Outputs: values = [] } = Stacks![0];
  if (StackStatus !== 'CREATE_COMPLETE') throw new Error(StackEvents!.map(({ ResourceStatusReason }) => ResourceStatusReason).filter(Boolean).join('\n'));
  return Object.fromEntries(values.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** Deletes the stack that `deployTemplate` has made. */
export async function deleteStack(aws: LocalAws): Promise<void> {
  const client = new CloudFormationClient(clientOptions(aws));
  await client.send(new DeleteStackCommand({ StackName: TEST }));
  client.destroy();
}

/** The resources of a function `Function` with this code, whose role may write its log and what the statements allow. */
export function inlineFunction(code: string, statements: object[] = []): Record<string, object> {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
        Policies: [{
          PolicyName: 'Policy',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }, ...statements],
          },
        }],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 20, Code: { ZipFile: code }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  };
}

/** The permission for a service to invoke `Function`. */
export function permission(Principal: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] }, Action: 'lambda:InvokeFunction', Principal, ...properties },
  };
}
