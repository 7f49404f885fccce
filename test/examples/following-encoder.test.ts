import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FollowingEncoderStack } from '../../examples/following-encoder/following-encoder-stack';

const template = Template.fromStack(new FollowingEncoderStack(new App(), 'FollowingEncoder'));
const agent = path.join(__dirname, '..', '..', 'examples', 'following-encoder', 'encoder', 'following-encoder.mjs');

test('the container gets the ARN of the secret and no value of it', () => {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({
      Environment: [{ Name: 'SECRET_ARN', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Live'), 'SecretArn'] } }],
      Secrets: Match.absent(),
    })],
  });
});

test('the task role may look at the secret and read it', () => {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('TaskRole'),
    PolicyDocument: {
      Statement: [{
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Live'), 'SecretArn'] },
      }],
    },
  });
});

test('a deployment stops the old task before it starts the new one', () => {
  template.hasResourceProperties('AWS::ECS::Service', { DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 } });
});

test('nothing restarts the service when the key rotates', () => {
  // The rule of the handler has a queue for its target.
  const targets = Object.values(template.findResources('AWS::Events::Rule')).flatMap(({ Properties }) => Properties.Targets);
  expect(targets.map(({ Arn }) => Arn['Fn::GetAtt'][0])).toEqual([expect.stringContaining('EventsQueue')]);
});

test('the agent has at most 150 lines', () => {
  expect(fs.readFileSync(agent, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});
