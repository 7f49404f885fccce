import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';

const template = Template.fromStack(new RestartedEncoderStack(new App(), 'RestartedEncoder'));

test('the container gets server and stream key from the secret, and the template does not hold them', () => {
  const field = (name: string) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Live'), 'SecretArn'] }, `:${name}::`]] });

  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({
      Secrets: [{ Name: 'INGEST_SERVER', ValueFrom: field('rtmpsServer') }, { Name: 'STREAM_KEY', ValueFrom: field('streamKey') }],
    })],
  });
});

test('a rotation forces a new deployment of the service', () => {
  const [service] = Object.keys(template.findResources('AWS::ECS::Service'));
  const rules = Object.values(template.findResources('AWS::Events::Rule'));
  const [{ Properties: { Targets: [target] } }] = rules.filter(({ Properties }) => Properties.EventPattern.resources !== undefined);

  expect(JSON.stringify(target.Input)).toContain('\\"action\\":\\"updateService\\"');
  expect(JSON.stringify(target.Input)).toContain('\\"forceNewDeployment\\":true');
  expect(JSON.stringify(target.Input)).toContain(`{"Fn::GetAtt":["${service}","Name"]}`);
});

test('a failed rotation sets off an alarm', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'ManagedStreamKey',
    MetricName: 'RotationFailures',
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});
