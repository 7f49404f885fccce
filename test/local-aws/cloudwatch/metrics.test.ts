import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

const MINUTE = 60_000;
const DIMENSIONS = { Channel: 'abc' };

/** A document in embedded metric format; `undefined` leaves a member out. */
const document = (change: object = {}, directive: object = {}) => ({
  _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Keys', Dimensions: [['Channel']], Metrics: [{ Name: 'Failed', Unit: 'Count' }], ...directive }] },
  Channel: 'abc',
  Failed: 2,
  ...change,
});

describe('a function', () => {
  let aws: LocalAws;
  let functionArn: string;
  beforeAll(async () => {
    aws = await LocalAws.start();
    const code = `exports.handler = async ({ how, document }) => {
      if (document._aws.Timestamp === 'now') document._aws.Timestamp = Date.now();
      if (how === 'console') console.log(JSON.stringify(document));
      else process.stdout.write(JSON.stringify(document) + '\\n');
      console.error('first %s', 'second', { third: 3 });
    };`;
    ({ functionArn } = await deployTemplate(aws, inlineFunction(code), { functionArn: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
  });
  afterAll(() => aws.stop());

  test('makes a metric by writing a document to its output', async () => {
    await aws.lambda.invoke(functionArn, { how: 'stream', document: document() });

    expect(aws.cloudwatch.sum('Keys', 'Failed', DIMENSIONS)).toBe(2);
    expect(aws.cloudwatch.datapoints('Keys', 'Failed', DIMENSIONS)).toMatchObject([{ unit: 'Count', value: 2 }]);
  });

  test('are not read from console.log, which adds time, request and level', async () => {
    await aws.lambda.invoke(functionArn, { how: 'console', document: document({ Failed: undefined, Other: 1 }, { Metrics: [{ Name: 'Other' }] }) });

    expect(aws.cloudwatch.datapoints('Keys', 'Other', DIMENSIONS)).toEqual([]);
    expect(aws.logs.text()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[\w-]{36}\tINFO\t{"_aws"/m);
    expect(aws.logs.text()).toMatch(/^\S+\t[\w-]{36}\tERROR\tfirst second { third: 3 }$/m);
  });

  test('lives in the time of the clock', async () => {
    await aws.clock.advance(60 * MINUTE);
    await aws.lambda.invoke(functionArn, { how: 'stream', document: { ...document({ Channel: 'late' }), _aws: { ...document()._aws, Timestamp: 'now' } } });

    const [{ timestamp }] = aws.cloudwatch.datapoints('Keys', 'Failed', { Channel: 'late' });
    expect(timestamp).toBeGreaterThan(Date.now() + 59 * MINUTE);
  });
});

describe('embedded metric format', () => {
  let aws: LocalAws;
  beforeEach(async () => {
    aws = await LocalAws.start();
    jest.spyOn(console, 'error').mockImplementation();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await aws.stop();
  });

  test.each<[string, object, string]>([
    ['no time', { ...document(), _aws: { CloudWatchMetrics: [] } }, '_aws.Timestamp must be the milliseconds'],
    ['a time of long ago', { ...document(), _aws: { Timestamp: 1e12, CloudWatchMetrics: [] } }, 'at most two weeks old'],
    ['no directives', { ...document(), _aws: { Timestamp: Date.now() } }, '_aws.CloudWatchMetrics must be a list'],
    ['no namespace', document({}, { Namespace: '' }), 'Namespace must be a text of 1 to 1024 characters'],
    ['dimensions that are no lists', document({}, { Dimensions: ['Channel'] }), 'a set of dimensions must be a list'],
    ['a dimension without its value', document({ Channel: undefined }), 'the member Channel, which is a dimension, must be a text'],
    ['a dimension that is a number', document({ Channel: 1 }), 'the member Channel, which is a dimension, must be a text'],
    ['an unknown unit', document({}, { Metrics: [{ Name: 'Failed', Unit: 'Keys' }] }), 'the Unit of Failed is unknown'],
    ['a metric without its value', document({ Failed: undefined }), 'the member Failed must be a number'],
    ['a metric that is a text', document({ Failed: '2' }), 'the member Failed must be a number'],
  ])('with %s is an error that nobody can miss', (_what, malformed, reason) => {
    aws.cloudwatch.extract(JSON.stringify(malformed));

    expect(aws.cloudwatch.malformed).toEqual([{ message: expect.any(String), reason: expect.stringContaining(reason) }]);
    expect(() => aws.cloudwatch.sum('Keys', 'Failed', DIMENSIONS)).toThrow(reason);
  });

  test('has a data point for each value and each set of dimensions', () => {
    aws.cloudwatch.extract(JSON.stringify(document({ Failed: [1, 2], Region: 'r' }, { Dimensions: [['Channel'], ['Channel', 'Region'], []] })));

    expect([DIMENSIONS, { ...DIMENSIONS, Region: 'r' }, {}].map((dimensions) => aws.cloudwatch.sum('Keys', 'Failed', dimensions))).toEqual([3, 3, 3]);
    expect(aws.cloudwatch.sum('Keys', 'Failed', { Region: 'r' })).toBe(0);
  });

  test('is not looked for in other lines', () => {
    for (const line of ['text', '{"message":"JSON"}', '{"broken":', '[1]']) aws.cloudwatch.extract(line);

    expect(aws.cloudwatch.malformed).toEqual([]);
  });

  test('ends in statistics', async () => {
    aws.cloudwatch.extract(JSON.stringify(document({ Failed: [1, 3] })));
    const client = new CloudWatchClient(clientOptions(aws));

    const { Datapoints } = await client.send(new GetMetricStatisticsCommand({
      Namespace: 'Keys',
      MetricName: 'Failed',
      Dimensions: [{ Name: 'Channel', Value: 'abc' }],
      StartTime: new Date(Date.now() - 5 * MINUTE),
      EndTime: new Date(Date.now() + MINUTE),
      Period: 60,
      Statistics: ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount'],
    }));

    expect(Datapoints).toEqual([{ Timestamp: expect.any(Date), Unit: 'Count', Sum: 4, Average: 2, Maximum: 3, Minimum: 1, SampleCount: 2 }]);
  });
});

describe('an alarm', () => {
  const alarm = (properties: object = {}) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: 'failed',
      Namespace: 'Keys',
      MetricName: 'Failed',
      Dimensions: [{ Name: 'Channel', Value: 'abc' }],
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...properties,
    },
  });
  let aws: LocalAws;
  beforeEach(async () => { aws = await LocalAws.start(); });
  afterEach(() => aws.stop());
  const deploy = (properties: object = {}) => deployTemplate(aws, { Alarm: alarm(properties) }, { arn: { 'Fn::GetAtt': ['Alarm', 'Arn'] }, name: { Ref: 'Alarm' } });
  const emit = (Failed: number) => {
    const { _aws, ...members } = document({ Failed });
    aws.cloudwatch.extract(JSON.stringify({ _aws: { ..._aws, Timestamp: aws.clock.now() }, ...members }));
  };

  test('changes to ALARM and back', async () => {
    const { arn, name } = await deploy();
    const before = aws.cloudwatch.stateOf(name);
    emit(2);
    const during = aws.cloudwatch.stateOf(name);
    await aws.clock.advance(6 * MINUTE);

    expect([before, during, aws.cloudwatch.stateOf(name)]).toEqual(['OK', 'ALARM', 'OK']);
    expect(arn).toBe('arn:aws:cloudwatch:us-east-1:123456789012:alarm:failed');
  });

  test('needs its number of breaching periods', async () => {
    await deploy({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    emit(5);
    const once = aws.cloudwatch.stateOf('failed');
    await aws.clock.advance(10 * MINUTE);
    emit(5);

    expect([once, aws.cloudwatch.stateOf('failed')]).toEqual(['OK', 'ALARM']);
  });

  test.each([['missing', 'INSUFFICIENT_DATA'], ['breaching', 'ALARM'], ['notBreaching', 'OK']])('without data that it treats as %s is in the state %s', async (TreatMissingData, state) => {
    await deploy({ TreatMissingData });

    expect(aws.cloudwatch.stateOf('failed')).toBe(state);
  });

  test.each<[string, object, string]>([
    ['a percentile', { Statistic: undefined, ExtendedStatistic: 'p99' }, 'the property ExtendedStatistic'],
    ['an expression', { Metrics: [] }, 'the property Metrics'],
    ['a band', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'the comparison GreaterThanUpperThreshold'],
    ['missing data ignored', { TreatMissingData: 'ignore' }, 'treat missing data as ignore'],
    ['a period of 45 seconds', { Period: 45 }, 'Period must be'],
    ['more bad periods than periods', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be'],
  ])('is refused with %s', async (_what, properties, reason) => {
    await expect(deploy(properties)).rejects.toThrow(reason);
  });
});
