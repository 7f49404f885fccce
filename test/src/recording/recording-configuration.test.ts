import { App, Aws, CfnParameter, Duration, Lazy, MissingRemovalPolicies, PropertyInjectors, RemovalPolicy, Resource, Stack, Tags } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
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

  test('records to a bucket of which only an L1 is made here', () => {
    const made = new s3.CfnBucket(stack, 'Made');

    expect(recordingWith({ bucket: made }).Properties).toEqual({ DestinationConfiguration: { S3: { BucketName: { Ref: 'Made' } } } });
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
    ['has no policy by default, so that CloudFormation deletes it', undefined, undefined],
    ['is deleted with its stack', RemovalPolicy.DESTROY, 'Delete'],
    ['stays when its stack goes', RemovalPolicy.RETAIN, 'Retain'],
  ])('%s', (_, removalPolicy, policy) => {
    const { DeletionPolicy, UpdateReplacePolicy } = recordingWith({ removalPolicy });

    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([policy, policy]);
  });

  test('stays when MissingRemovalPolicies say so', () => {
    MissingRemovalPolicies.of(stack).retain();

    expect(recordingWith()).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
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

  test('has the id that its ARN ends in', () => {
    expect(stack.resolve(make().recordingConfigurationId)).toEqual({
      'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': [onlyResource(stack, TYPE).logicalId, 'Arn'] }] }] }] }],
    });
  });

  test('is used by a channel', () => {
    const recordingConfiguration = make();

    new Channel(stack, 'Channel', { recordingConfiguration });

    expect(onlyResource(stack, 'AWS::IVS::Channel').Properties).toMatchObject({
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

describe('the recording configuration of a channel', () => {
  /** One of a library that does not tell CDK which account and region it is in. */
  class Foreign extends Resource implements ivs.IRecordingConfigurationRef {
    public get recordingConfigurationRef() {
      return { recordingConfigurationArn: 'arn:aws:ivs:eu-west-1:222222222222:recording-configuration/abcdABCDefgh' };
    }
  }

  let here: Stack;
  beforeEach(() => { here = stackIn('us-west-2'); });

  const stackIn = (region: string, account = '111111111111', id = 'Here') => new Stack(app, id, { env: { account, region } });
  const importedBy = (arn: string) => RecordingConfiguration.fromRecordingConfigurationArn(here, 'Recording', arn);
  const recordedBy = (recordingConfiguration: ivs.IRecordingConfigurationRef) => () => new Channel(here, 'Channel', { recordingConfiguration });
  const refused = (where: string, ours: string, got: string) => new Error(
    `[Here/Channel] \`recordingConfiguration\` must be in the ${where} of the stack, ${ours}, as IVS records a channel by no other, got: ${got}. `
    + `Choose a recording configuration of that ${where}`,
  );

  test('may not be in another region', () => {
    expect(recordedBy(importedBy('arn:aws:ivs:eu-west-1:111111111111:recording-configuration/abcdABCDefgh')))
      .toThrow(refused('region', 'us-west-2', 'Here/Recording in eu-west-1'));
  });

  test('may not be in another account', () => {
    expect(recordedBy(importedBy('arn:aws:ivs:us-west-2:222222222222:recording-configuration/abcdABCDefgh')))
      .toThrow(refused('account', '111111111111', 'Here/Recording in 222222222222'));
  });

  test('may not be made in a stack of another region', () => {
    const there = stackIn('eu-west-1', '111111111111', 'There');

    expect(recordedBy(new RecordingConfiguration(there, 'Recording', { bucket: s3.Bucket.fromBucketName(there, 'Bucket', 'recordings') })))
      .toThrow(refused('region', 'us-west-2', 'There/Recording in eu-west-1'));
  });

  test('may not be in another account of which its ARN tells only', () => {
    expect(recordedBy(new Foreign(here, 'Recording'))).toThrow(refused('account', '111111111111', 'Here/Recording in 222222222222'));
  });

  test.each<[string, () => ivs.IRecordingConfigurationRef]>([
    ['where the channel is', () => importedBy('arn:aws:ivs:us-west-2:111111111111:recording-configuration/abcdABCDefgh')],
    ['an L1', () => new ivs.CfnRecordingConfiguration(here, 'Recording', { destinationConfiguration: {} })],
    ['in an unknown account', () => importedBy(`arn:aws:ivs:us-west-2:${Aws.ACCOUNT_ID}:recording-configuration/abcdABCDefgh`)],
    ['in an unknown place', () => importedBy(new CfnParameter(here, 'Parameter').valueAsString)],
  ])('may be %s', (_, recordingIn) => {
    expect(recordedBy(recordingIn())).not.toThrow();
  });

  test('may be in any place while that of the stack is unknown', () => {
    const recordingConfiguration = importedBy('arn:aws:ivs:us-west-2:111111111111:recording-configuration/abcdABCDefgh');

    expect(() => new Channel(stack, 'Channel', { recordingConfiguration })).not.toThrow();
  });
});

describe('a recording configuration that is imported by its id', () => {
  const importedIn = (scope: Stack, id = 'abcdABCDefgh') => RecordingConfiguration.fromRecordingConfigurationId(scope, 'Imported', id);

  test('has the account and the region of the stack', () => {
    const here = new Stack(app, 'Here', { env: { account: '111111111111', region: 'us-west-2' } });
    const recording = importedIn(here);

    expect(recording.env).toEqual({ account: '111111111111', region: 'us-west-2' });
    expect(here.resolve(recording.recordingConfigurationArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivs:us-west-2:111111111111:recording-configuration/abcdABCDefgh']],
    });
  });

  test('has that id, also while account and region are unknown', () => {
    expect(importedIn(stack).recordingConfigurationId).toBe('abcdABCDefgh');
  });

  test('is used by a channel', () => {
    const here = new Stack(app, 'Here', { env: { account: '111111111111', region: 'us-west-2' } });
    const recordingConfiguration = importedIn(here);

    new Channel(here, 'Channel', { recordingConfiguration });

    expect(onlyResource(here, 'AWS::IVS::Channel').Properties.RecordingConfigurationArn)
      .toEqual(here.resolve(recordingConfiguration.recordingConfigurationArn));
  });

  test('may have an id from a parameter', () => {
    expect(stack.resolve(importedIn(stack, new CfnParameter(stack, 'Parameter').valueAsString).recordingConfigurationId)).toEqual({ Ref: 'Parameter' });
  });

  test.each(['', 'a b', 'recording-configuration/abcdABCDefgh', 'arn:aws:ivs:us-west-2:111111111111:recording-configuration/abc'])(
    'may not have the id "%s"', (id) => {
      expect(() => importedIn(stack, id)).toThrow(new Error(
        '[Stack/Imported] `recordingConfigurationId` must be the last part of the ARN of an IVS recording configuration, like abcdABCDefgh, '
        + `got: ${id || '\'\''}. Copy it from the output of \`aws ivs list-recording-configurations\`, or use fromRecordingConfigurationArn`,
      ));
    });
});

describe('an imported recording configuration', () => {
  const ARN = 'arn:aws:ivs:eu-west-1:123456789012:recording-configuration/abcdABCDefgh';
  const importedBy = (arn: string) => RecordingConfiguration.fromRecordingConfigurationArn(stack, 'Imported', arn);

  test('has the ARN that it was imported by, and its account and region', () => {
    expect(importedBy(ARN)).toMatchObject({
      recordingConfigurationArn: ARN,
      recordingConfigurationId: 'abcdABCDefgh',
      recordingConfigurationRef: { recordingConfigurationArn: ARN },
      env: { account: '123456789012', region: 'eu-west-1' },
    });
  });

  test('is used by a channel', () => {
    new Channel(stack, 'Channel', { recordingConfiguration: importedBy(ARN) });

    expect(onlyResource(stack, 'AWS::IVS::Channel').Properties).toMatchObject({ RecordingConfigurationArn: ARN });
  });

  test('may have an ARN from a parameter', () => {
    const { recordingConfigurationArn } = importedBy(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(stack.resolve(recordingConfigurationArn)).toEqual({ Ref: 'Parameter' });
  });

  test.each(['', 'Live', ARN.replace('recording-configuration', 'channel'), `${ARN}\n`])('may not have the ARN "%s"', (arn) => {
    expect(() => importedBy(arn)).toThrow(new Error(
      '[Stack/Imported] `recordingConfigurationArn` must be the ARN of an IVS recording configuration, '
      + 'like arn:aws:ivs:us-west-2:123456789012:recording-configuration/abcdABCDefgh, '
      + `got: ${arn || '\'\''}. Copy it from the output of \`aws ivs list-recording-configurations\``,
    ));
  });
});
