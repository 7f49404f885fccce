import { App, CfnParameter, Duration, Lazy, PropertyInjectors, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  Channel, RecordingConfiguration, RecordingConfigurationProps, RecordingResolution, RenditionSelection, ThumbnailRecordingMode, ThumbnailStorage,
} from '../../../src';
import { onlyResource } from '../only-resource';

const TYPE = 'AWS::IVS::RecordingConfiguration';

let app: App;
let stack: Stack;
let bucket: s3.IBucket;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
  bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'recordings');
});

const make = (props?: Partial<RecordingConfigurationProps>) => new RecordingConfiguration(stack, 'Recording', { bucket, ...props });
const recordingWith = (props?: Partial<RecordingConfigurationProps>) => {
  make(props);
  return onlyResource(stack, TYPE);
};
const numberToken = () => Lazy.number({ produce: () => 7 });

const DESTINATION = { DestinationConfiguration: { S3: { BucketName: 'recordings' } } };

describe('a recording configuration', () => {
  test('leaves every setting but the bucket to IVS', () => {
    expect(recordingWith().Properties).toEqual(DESTINATION);
  });

  test('records to a bucket that is made here', () => {
    const made = new s3.Bucket(stack, 'Made');

    expect(recordingWith({ bucket: made }).Properties).toEqual({
      DestinationConfiguration: { S3: { BucketName: { Ref: onlyResource(stack, 'AWS::S3::Bucket').logicalId } } },
    });
  });

  test.each<[string, Partial<RecordingConfigurationProps>, object]>([
    ['recordingConfigurationName', { recordingConfigurationName: 'Live_show-1' }, { Name: 'Live_show-1' }],
    ['recordingReconnectWindow', { recordingReconnectWindow: Duration.seconds(0) }, { RecordingReconnectWindowSeconds: 0 }],
    ['recordingReconnectWindow', { recordingReconnectWindow: Duration.minutes(5) }, { RecordingReconnectWindowSeconds: 300 }],
    ...[RenditionSelection.ALL, RenditionSelection.NONE].map<[string, Partial<RecordingConfigurationProps>, object]>((renditionSelection) => [
      'renditionConfiguration', { renditionConfiguration: { renditionSelection } }, { RenditionConfiguration: { RenditionSelection: renditionSelection } },
    ]),
    [
      'renditionConfiguration',
      { renditionConfiguration: { renditionSelection: RenditionSelection.CUSTOM, renditions: Object.values(RecordingResolution) } },
      { RenditionConfiguration: { RenditionSelection: 'CUSTOM', Renditions: ['FULL_HD', 'HD', 'SD', 'LOWEST_RESOLUTION'] } },
    ],
    ['thumbnailConfiguration', { thumbnailConfiguration: { recordingMode: ThumbnailRecordingMode.DISABLED } }, { ThumbnailConfiguration: { RecordingMode: 'DISABLED' } }],
    ['thumbnailConfiguration', { thumbnailConfiguration: { targetInterval: Duration.seconds(1) } }, { ThumbnailConfiguration: { TargetIntervalSeconds: 1 } }],
    [
      'thumbnailConfiguration',
      {
        thumbnailConfiguration: {
          recordingMode: ThumbnailRecordingMode.INTERVAL,
          targetInterval: Duration.minutes(1),
          resolution: RecordingResolution.SD,
          storage: [ThumbnailStorage.SEQUENTIAL, ThumbnailStorage.LATEST],
        },
      },
      { ThumbnailConfiguration: { RecordingMode: 'INTERVAL', TargetIntervalSeconds: 60, Resolution: 'SD', Storage: ['SEQUENTIAL', 'LATEST'] } },
    ],
  ])('hands `%s` to CloudFormation: %j', (_, props, properties) => {
    expect(recordingWith(props).Properties).toEqual({ ...DESTINATION, ...properties });
  });

  test.each<[string, (token: string) => Partial<RecordingConfigurationProps>, (value: object) => object]>([
    ['recordingConfigurationName', (token) => ({ recordingConfigurationName: token }), (value) => ({ Name: value })],
    [
      'renditionSelection',
      (token) => ({ renditionConfiguration: { renditionSelection: token as RenditionSelection } }),
      (value) => ({ RenditionConfiguration: { RenditionSelection: value } }),
    ],
    [
      'renditions',
      (token) => ({ renditionConfiguration: { renditionSelection: RenditionSelection.CUSTOM, renditions: [token as RecordingResolution] } }),
      (value) => ({ RenditionConfiguration: { RenditionSelection: 'CUSTOM', Renditions: [value] } }),
    ],
    [
      'recordingMode, resolution and storage',
      (token) => ({
        thumbnailConfiguration: {
          recordingMode: token as ThumbnailRecordingMode, resolution: token as RecordingResolution, storage: [token as ThumbnailStorage],
        },
      }),
      (value) => ({ ThumbnailConfiguration: { RecordingMode: value, Resolution: value, Storage: [value] } }),
    ],
  ])('takes `%s` from a parameter', (_, propsWith, properties) => {
    const parameter = new CfnParameter(stack, 'Parameter');

    expect(recordingWith(propsWith(parameter.valueAsString)).Properties).toEqual({ ...DESTINATION, ...properties({ Ref: 'Parameter' }) });
  });

  test('takes its times from tokens', () => {
    const time = Duration.seconds(numberToken());

    expect(recordingWith({ recordingReconnectWindow: time, thumbnailConfiguration: { targetInterval: time } }).Properties).toEqual({
      ...DESTINATION, RecordingReconnectWindowSeconds: 7, ThumbnailConfiguration: { TargetIntervalSeconds: 7 },
    });
  });

  test.each([
    ['is deleted with its stack by default', undefined, 'Delete'],
    ['is deleted with its stack', RemovalPolicy.DESTROY, 'Delete'],
    ['stays when its stack goes', RemovalPolicy.RETAIN, 'Retain'],
  ])('%s', (_, removalPolicy, policy) => {
    expect(recordingWith({ removalPolicy })).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  test('has its tags', () => {
    Tags.of(make()).add('show', 'evening');

    expect(onlyResource(stack, TYPE).Properties.Tags).toEqual([{ Key: 'show', Value: 'evening' }]);
  });

  test('has an ARN, and is referred to by it', () => {
    const recording = make();

    expect(stack.resolve(recording.recordingConfigurationArn)).toEqual({ 'Fn::GetAtt': [onlyResource(stack, TYPE).logicalId, 'Arn'] });
    expect(recording.recordingConfigurationRef).toEqual({ recordingConfigurationArn: recording.recordingConfigurationArn });
  });

  test('is used by a channel', () => {
    const recordingConfiguration = make();

    new Channel(stack, 'Channel', { recordingConfiguration });

    expect(onlyResource(stack, 'AWS::IVS::Channel').Properties).toEqual({
      RecordingConfigurationArn: { 'Fn::GetAtt': [onlyResource(stack, TYPE).logicalId, 'Arn'] },
    });
  });

  test('takes the props of an injector', () => {
    const constructUniqueId = 'cdk-ivs-managed-stream-key.RecordingConfiguration';
    PropertyInjectors.of(stack).add({ constructUniqueId, inject: (props) => ({ recordingConfigurationName: 'injected', ...props }) });

    expect(recordingWith().Properties).toEqual({ ...DESTINATION, Name: 'injected' });
  });

  test('keeps the name of its class', () => {
    expect(RecordingConfiguration.name).toBe('RecordingConfiguration');
  });
});

describe('what a recording configuration may not have:', () => {
  test.each<[string, Partial<RecordingConfigurationProps>, string]>([
    [
      'a name of 129 characters',
      { recordingConfigurationName: 'a'.repeat(129) },
      `\`recordingConfigurationName\` must be 0 to 128 letters, digits, \`-\` and \`_\`, got: ${'a'.repeat(129)} (129 characters). `
      + 'Choose another name, or leave it out: IVS does not need one',
    ],
    [
      'a name with other characters',
      { recordingConfigurationName: 'a b' },
      '`recordingConfigurationName` must be 0 to 128 letters, digits, `-` and `_`, got: a b. Choose another name, or leave it out: IVS does not need one',
    ],
    ...[[Duration.seconds(301), '5 minutes 1 second'], [Duration.millis(1500), '1 second 500 millis']].map(
      ([recordingReconnectWindow, got]): [string, Partial<RecordingConfigurationProps>, string] => [
        `a reconnect window of ${got}`,
        { recordingReconnectWindow: recordingReconnectWindow as Duration },
        `\`recordingReconnectWindow\` must be 0 to 300 whole seconds, got: ${got}. `
        + 'Choose a shorter time, or leave it out to record each connection for itself',
      ]),
    ...[undefined, []].map((renditions): [string, Partial<RecordingConfigurationProps>, string] => [
      `a choice of its own without one: ${JSON.stringify(renditions)}`,
      { renditionConfiguration: { renditionSelection: RenditionSelection.CUSTOM, renditions } },
      '`renditionConfiguration.renditions` must name one or more where `renditionSelection` is CUSTOM, got: none. '
      + 'Name some, or choose RenditionSelection.ALL or RenditionSelection.NONE',
    ]),
    ...[RenditionSelection.ALL, RenditionSelection.NONE].map((renditionSelection): [string, Partial<RecordingConfigurationProps>, string] => [
      `qualities beside ${renditionSelection}`,
      { renditionConfiguration: { renditionSelection, renditions: [RecordingResolution.HD, RecordingResolution.SD] } },
      `\`renditionConfiguration.renditions\` must not be given unless \`renditionSelection\` is CUSTOM, got: [HD, SD] where it is ${renditionSelection}. `
      + 'Leave them out, or choose RenditionSelection.CUSTOM',
    ]),
    [
      'a way to keep thumbnails where there are none',
      {
        thumbnailConfiguration: {
          recordingMode: ThumbnailRecordingMode.DISABLED, resolution: RecordingResolution.SD, storage: [ThumbnailStorage.LATEST],
        },
      },
      '`thumbnailConfiguration` must have no other property where `recordingMode` is DISABLED, got: resolution, storage. '
      + 'Leave these out, or choose ThumbnailRecordingMode.INTERVAL',
    ],
    ...[[Duration.seconds(0), '0 seconds'], [Duration.seconds(61), '1 minute 1 second'], [Duration.millis(1500), '1 second 500 millis']].map(
      ([targetInterval, got]): [string, Partial<RecordingConfigurationProps>, string] => [
        `a thumbnail each ${got}`,
        { thumbnailConfiguration: { targetInterval: targetInterval as Duration } },
        `\`thumbnailConfiguration.targetInterval\` must be 1 to 60 whole seconds, got: ${got}. Leave it out for a thumbnail each minute`,
      ]),
  ])('%s', (_, props, message) => {
    expect(() => make(props)).toThrow(new Error(`[Stack/Recording] ${message}`));
  });
});

describe('the bucket', () => {
  const recordTo = (attrs: { account?: string; region?: string }) => () => {
    const here = new Stack(app, 'Here', { env: { account: '123456789012', region: 'us-west-2' } });
    new RecordingConfiguration(here, 'Recording', { bucket: s3.Bucket.fromBucketAttributes(here, 'Bucket', { bucketName: 'recordings', ...attrs }) });
  };

  test.each([
    ['region', { region: 'eu-west-1' }, 'us-west-2', 'eu-west-1'],
    ['account', { account: '222222222222' }, '123456789012', '222222222222'],
  ])('may not be in another %s', (where, attrs, ours, theirs) => {
    expect(recordTo(attrs)).toThrow(new Error(
      `[Here/Recording] \`bucket\` must be in the ${where} of the stack, ${ours}, as IVS records to no other, got: Here/Bucket in ${theirs}. `
      + `Choose a bucket of that ${where}; S3 can replicate the recordings from there`,
    ));
  });

  test.each([
    ['where the stack is', { account: '123456789012', region: 'us-west-2' }],
    ['in an unknown region', { region: Lazy.string({ produce: () => 'eu-west-1' }) }],
  ])('may be %s', (_, attrs) => {
    expect(recordTo(attrs)).not.toThrow();
  });
});

describe('an imported recording configuration', () => {
  const ARN = 'arn:aws:ivs:eu-west-1:123456789012:recording-configuration/abcdABCDefgh';
  const importedBy = (arn: string) => RecordingConfiguration.fromRecordingConfigurationArn(stack, 'Imported', arn);

  test('has the ARN that it was imported by, and its account and region', () => {
    expect(importedBy(ARN)).toMatchObject({
      recordingConfigurationArn: ARN,
      recordingConfigurationRef: { recordingConfigurationArn: ARN },
      env: { account: '123456789012', region: 'eu-west-1' },
    });
  });

  test('is used by a channel', () => {
    new Channel(stack, 'Channel', { recordingConfiguration: importedBy(ARN) });

    expect(onlyResource(stack, 'AWS::IVS::Channel').Properties).toEqual({ RecordingConfigurationArn: ARN });
  });

  test('may have an ARN from a parameter', () => {
    const { recordingConfigurationArn } = importedBy(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(stack.resolve(recordingConfigurationArn)).toEqual({ Ref: 'Parameter' });
  });

  test.each(['', 'Live', ARN.replace('recording-configuration', 'channel'), `${ARN}\n`])('may not have the ARN "%s"', (arn) => {
    expect(() => importedBy(arn)).toThrow(new Error(
      '[Stack] `recordingConfigurationArn` must be the ARN of an IVS recording configuration, '
      + 'like arn:aws:ivs:us-west-2:123456789012:recording-configuration/abcdABCDefgh, '
      + `got: ${arn}. Copy it from the output of \`aws ivs list-recording-configurations\``,
    ));
  });
});
