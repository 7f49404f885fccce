import { App, Aspects, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { HIPAASecurityChecks, NagPack, NIST80053R5Checks } from 'cdk-nag';
import { ManagedStreamKey, StreamKeyProvider } from '../../src';

/** The rules that the stream key, its provider and what belongs to them do not pass, without the name of the pack; not the warnings of the CDK. */
function brokenRules(fill: (stack: Stack) => void, pack: NagPack): string[] {
  const stack = new Stack(new App(), 'Stack');
  fill(stack);
  Aspects.of(stack).add(pack);
  const annotations = Annotations.fromStack(stack);
  return [...new Set([...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())]
    .filter(({ entry }) => !/\[ack: [^\]]+\]$/.test(String(entry.data)))
    .map(({ entry }) => /^(?:HIPAA\.Security|NIST\.800\.53\.R5)-(\w+)|(.*)/.exec(String(entry.data))!)
    .map(([, rule, other]) => rule ?? other))].sort();
}

const withDefaults = (stack: Stack) => { new ManagedStreamKey(stack, 'Live'); };

/** What README says that is to be set. */
const withAllThatIsToBeSet = (stack: Stack) => {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'], privateSubnetRouteTableIds: ['rtb-1'] });
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const provider = new StreamKeyProvider(stack, 'Provider', {
    vpc,
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/handler', { mutable: false }),
    reservedConcurrentExecutions: 10,
    deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:us-east-1:123456789012:dead-letters'),
    logGroup: new logs.LogGroup(stack, 'Log', { encryptionKey: key, retention: logs.RetentionDays.ONE_YEAR }),
  });
  new ManagedStreamKey(stack, 'Live', { provider, encryptionKey: key, rotationSchedule: { automaticallyAfter: Duration.days(30) } });
};

describe.each<[string, () => NagPack]>([
  ['HIPAA', () => new HIPAASecurityChecks()],
  ['NIST 800-53', () => new NIST80053R5Checks()],
])('of the rules of %s', (_, pack) => {
  test('these fail by default', () => {
    expect(brokenRules(withDefaults, pack())).toEqual([
      'CloudWatchLogGroupEncrypted', 'IAMNoInlinePolicy', 'LambdaConcurrency', 'LambdaDLQ', 'LambdaInsideVPC',
      'SecretsManagerRotationEnabled', 'SecretsManagerUsingKMSKey',
    ]);
  });

  test('all pass with the settings that docs/provider.md names', () => {
    expect(brokenRules(withAllThatIsToBeSet, pack())).toEqual([]);
  });
});
