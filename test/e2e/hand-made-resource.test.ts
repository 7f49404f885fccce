import { CustomResource, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, PhysicalResourceIdReference } from 'aws-cdk-lib/custom-resources';
import { Stage } from './stage';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { Channel, ManagedStreamKey } from '../../src';

/** Creates and deletes a stream key, and hands its value to the template, as people write it. */
const CODE = `
  const { IvsClient, CreateStreamKeyCommand, DeleteStreamKeyCommand } = require('@aws-sdk/client-ivs');
  const ivs = new IvsClient({});

  exports.handler = async ({ RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId, ResourceProperties }) => {
    const answer = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId, Data: {} };
    try {
      if (RequestType === 'Create') {
        const { streamKey } = await ivs.send(new CreateStreamKeyCommand({ channelArn: ResourceProperties.channelArn }));
        Object.assign(answer, { PhysicalResourceId: streamKey.arn, Data: { value: streamKey.value } });
      }
      if (RequestType === 'Delete') await ivs.send(new DeleteStreamKeyCommand({ arn: PhysicalResourceId }));
    } catch (error) {
      Object.assign(answer, { Status: 'FAILED', Reason: String(error) });
    }
    await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify(answer) });
  };
`;

/** The stream key of a custom resource. Returns its value. */
type Resource = (stack: Stack, channelArn: string, removalPolicy?: RemovalPolicy) => string;

const ofFunction: Resource = (stack, channelArn, removalPolicy) => {
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline(CODE), timeout: Duration.minutes(1),
  });
  handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['ivs:CreateStreamKey', 'ivs:DeleteStreamKey'], resources: ['*'] }));
  return new CustomResource(stack, 'Key', { serviceToken: handler.functionArn, properties: { channelArn }, removalPolicy }).getAttString('value');
};

const ofSdkCalls: Resource = (stack, channelArn, removalPolicy) => new AwsCustomResource(stack, 'Key', {
  onCreate: { service: 'ivs', action: 'CreateStreamKey', parameters: { channelArn }, physicalResourceId: PhysicalResourceId.fromResponse('streamKey.arn') },
  onDelete: { service: 'ivs', action: 'DeleteStreamKey', parameters: { arn: new PhysicalResourceIdReference() } },
  policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
  installLatestAwsSdk: false,
  removalPolicy,
}).getResponseField('streamKey.value');

/** A channel, and the stream key of a custom resource that somebody wrote. */
const handMade = (resource: Resource, removalPolicy?: RemovalPolicy) => (stack: Stack) => {
  const { channelArn } = new Channel(stack, 'Channel');
  const value = SecretValue.resourceAttribute(resource(stack, channelArn, removalPolicy));
  new secretsmanager.Secret(stack, 'Secret', { secretStringValue: value });
};

/** The same channel and secret, with a managed key. */
function managed(stack: Stack): void {
  new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel'), secret: new secretsmanager.Secret(stack, 'Secret') });
}

describe.each<[string, Resource]>([['a function', ofFunction], ['AwsCustomResource', ofSdkCalls]])('a key of %s', (_, resource) => {
  let stage: Stage;
  let first: IvsStreamKey;
  let secretArn: string;
  beforeEach(async () => {
    stage = await Stage.start();
    await stage.deploy(handMade(resource));
    first = structuredClone(stage.onlyKey());
    secretArn = stage.onlySecret().arn;
  });
  afterEach(() => stage.stop());

  test('that was retained first keeps its value, and its secret the ARN', async () => {
    await stage.deploy(handMade(resource, RemovalPolicy.RETAIN));

    await stage.deploy(managed);

    expect(stage.onlyKey()).toMatchObject({ arn: first.arn, value: first.value });
    expect(stage.onlySecret().arn).toBe(secretArn);
    expect(stage.storedKey()).toBe(first.value);
  });

  test('that was not is deleted after its adoption, and the next look stores another', async () => {
    await stage.deploy(managed);
    await stage.aws.clock.advance(3_600_000);
    await stage.aws.eventBridge.idle();

    expect(stage.onlyKey().value).not.toBe(first.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });
});
