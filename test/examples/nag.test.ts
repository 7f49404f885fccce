import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EVERY_CONSTRUCT } from './every-construct';
import { LiveChannelStack } from '../../examples/live-channel/live-channel-stack';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';
import { FEATURE_FLAGS } from '../src/feature-flags';

/** What cdk-nag finds: rules and where. */
function findings(stack: Stack): string[] {
  Aspects.of(stack).add(new AwsSolutionsChecks());
  const annotations = Annotations.fromStack(stack);
  return [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())]
    .map(({ id, entry }) => `${id} ${String(entry.data).split(':')[0]}`);
}

const example = () => new LiveChannelStack(new App(), 'LiveChannel', { serial: 1 });

describe.each(FEATURE_FLAGS)('with %s', (__, context) => {
  test.each(EVERY_CONSTRUCT)('AwsSolutionsChecks of cdk-nag 2 finds nothing in %s', (_, subjectIn) => {
    expect(findings(subjectIn(new App({ context })))).toEqual([]);
  });
});

test('AwsSolutionsChecks of cdk-nag 2 finds in examples/restarted-encoder only what the CDK makes for targets.AwsApi, and variables', () => {
  const ofTheCdk = '/RestartedEncoder/AWSb4cf1abd4e4f4bc699441af7ccd9ec37';

  expect(findings(new RestartedEncoderStack(new App(), 'RestartedEncoder'))).toEqual([
    // The URL that the container publishes to is a secret; what is in the environment is the id of its version.
    '/RestartedEncoder/Encoder/Task/Resource AwsSolutions-ECS2',
    `${ofTheCdk}/ServiceRole/Resource AwsSolutions-IAM4[Policy`,
    `${ofTheCdk}/Resource AwsSolutions-L1`,
  ]);
});

test('AwsSolutionsChecks finds what is not suppressed', () => {
  const stack = example();
  new secretsmanager.Secret(stack, 'Unrotated');

  expect(findings(stack)).toEqual(['/LiveChannel/Unrotated/Resource AwsSolutions-SMG4']);
});

test('AwsSolutionsChecks finds permissions that a user adds to the function', () => {
  const stack = example();
  const { role } = stack.node.findAll().find((node) => node instanceof lambda.Function) as lambda.Function;
  role!.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::videos/*'] }));

  expect(findings(stack)).toEqual([
    '/LiveChannel/ManagedStreamKeyProvider/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Action',
    '/LiveChannel/ManagedStreamKeyProvider/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource',
  ]);
});

test('the suppressions are these, each with its reason, and no others', () => {
  const suppressions = example().node.findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .flatMap((resource) => resource.getMetadata('cdk_nag')?.rules_to_suppress ?? []);

  expect(suppressions).toEqual([
    {
      id: 'AwsSolutions-IAM5',
      reason: expect.stringContaining('IVS makes the ARN of a stream key with the key'),
      applies_to: [
        'Resource::arn:<AWS::Partition>:ivs:*:<AWS::AccountId>:channel/*',
        'Resource::arn:<AWS::Partition>:ivs:*:<AWS::AccountId>:stream-key/*',
        'Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:*',
        'Resource::arn:<AWS::Partition>:kms:*:*:key/*',
      ],
    },
    { id: 'AwsSolutions-L1', reason: expect.stringContaining('in the region of the stack') },
  ]);
});
