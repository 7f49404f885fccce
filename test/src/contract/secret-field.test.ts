import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ManagedStreamKey, ManagedStreamKeyProps, SecretField } from '../../../src';
import { onlyResource } from '../only-resource';

const KEY_ARN = 'arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555';
const FIELDS = Object.values(SecretField);

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const secretArn = () => ({ 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] });

describe('the value of a field', () => {
  test.each(FIELDS)('%s is a dynamic reference to what is current when CloudFormation resolves it', (field) => {
    const live = new ManagedStreamKey(stack, 'Live');

    expect(stack.resolve(live.secretValue(field))).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', secretArn(), `:SecretString:${field}::}}`]],
    });
  });
});

describe('a field for a container of ECS', () => {
  const containerWith = (field: SecretField, props?: ManagedStreamKeyProps) => {
    const live = new ManagedStreamKey(stack, 'Live', props);
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('Encoder', { image: ecs.ContainerImage.fromRegistry('encoder'), secrets: { FIELD: live.ecsSecret(field) } });
    return { task, definition: onlyResource(stack, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0] };
  };
  const mayDo = (task: ecs.TaskDefinition, ...statements: object[]) => {
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [stack.resolve(task.executionRole!.roleName)],
      PolicyDocument: { Statement: Match.arrayWith(statements) },
    });
  };

  test.each(FIELDS)('%s is read by the agent when a task starts', (field) => {
    expect(containerWith(field).definition.Secrets).toEqual([
      { Name: 'FIELD', ValueFrom: { 'Fn::Join': ['', [secretArn(), `:${field}::`]] } },
    ]);
  });

  test('is granted to the execution role', () => {
    const { task } = containerWith(SecretField.RTMPS_URL);

    mayDo(task, { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: secretArn() });
  });

  test('is granted to the execution role with a KMS key whose policy is out of reach', () => {
    const { task } = containerWith(SecretField.RTMPS_URL, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    mayDo(task, Match.objectLike({ Action: 'kms:Decrypt', Resource: KEY_ARN }));
  });
});
