import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Stack } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Stage } from './stage';
import { AwsError } from '../../local-aws/core/aws-error';
import { REGION } from '../../local-aws/local-aws';
import { ManagedStreamKey, StreamKeyDashboard } from '../../src';

/** Keys with alarms, and a dashboard of them. */
const program = (...names: string[]) => (stack: Stack) => {
  const topic = sns.Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${REGION}:123456789012:alarms`);
  const streamKeys = names.map((name) => new ManagedStreamKey(stack, name, { rotationSchedule: {} }));
  for (const live of streamKeys) live.addAlarms(topic);
  new StreamKeyDashboard(stack, 'Dashboard', { streamKeys, dashboardName: 'live' });
};

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const widget = (title: string) => {
  const { widgets } = stage.aws.cloudwatch.dashboards.body('live');
  return widgets.find(({ properties }: any) => properties.title.startsWith(title)).properties;
};
const channelsOf = ({ metrics }: any) => metrics.flatMap((metric: any[]) => typeof metric[0] === 'string' ? [metric[3]] : []);
const physicalId = (logicalId: string) => {
  const events = stage.stack().events.filter(({ LogicalResourceId }) => LogicalResourceId.startsWith(logicalId));
  return events.find(({ PhysicalResourceId }) => PhysicalResourceId)!.PhysicalResourceId!;
};

test('the dashboard shows the channels and the log that CloudFormation created', async () => {
  await stage.deploy(program('Morning', 'Evening'));

  const channelIds = new Set(stage.aws.ivs.allChannels.map(({ arn }) => arn.split('/')[1]));
  expect(new Set(channelsOf(widget('Gap')))).toEqual(channelIds);
  expect(new Set(channelsOf(widget('On air')))).toEqual(channelIds);
  expect(widget('Rotations in').metrics[0].at(-1).label).toBe('Live/Morning: ${LAST_TIME_RELATIVE}');
  expect(widget('Why')).toMatchObject({
    region: REGION, query: expect.stringContaining(`SOURCE '${physicalId('ManagedStreamKeyProviderLogGroup')}'`),
  });
});

test('a further key comes to the dashboard with a deployment, and the dashboard goes with the stack', async () => {
  await stage.deploy(program('Morning'));
  await stage.deploy(program('Morning', 'Evening'));
  expect(channelsOf(widget('Gap'))).toHaveLength(2);

  await stage.destroy(program('Morning', 'Evening'));

  expect(stage.aws.cloudwatch.dashboards.has('live')).toBe(false);
});

test('a rotation that fails sets off its alarm, and not the one on repairs', async () => {
  await stage.deploy(program('Morning'));
  const stateOf = (alarm: string) => stage.aws.cloudwatch.stateOf(physicalId(`Morning${alarm}`));
  expect(stateOf('RotationFailed')).toBe('OK');
  stage.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', times: Infinity, effect: new AwsError('ValidationException', 'disturbed') });

  const secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
  await secretsManager.send(new RotateSecretCommand({ SecretId: stage.onlySecret().arn }));
  await stage.aws.secretsManager.rotations.done();
  secretsManager.destroy();

  expect(stateOf('RotationFailed')).toBe('ALARM');
  expect(stateOf('RepairNeeded')).toBe('OK');
});
