import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { sendRaw } from '../protocols/raw-request';

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

const START = Date.parse('2027-01-01T00:00:00Z');

async function send(operation: string, input: object): Promise<any> {
  const { status, error, text } = await sendRaw(aws, aws.logs, aws.logs.model.operations.get(operation)!, input);
  return status === 200 ? JSON.parse(text) : { error, message: JSON.parse(text).message };
}

/** Moves the clock to that many minutes after the start. */
const at = (minutes: number) => aws.clock.advance(START + minutes * 60_000 - aws.clock.now());
const write = (stream: string, ...lines: string[]) => aws.logs.write(REGION, 'group', stream, lines);
const messages = ({ events }: any) => events.map(({ message }: any) => message);

describe('log groups', () => {
  beforeEach(() => {
    aws.logs.createGroup(REGION, '/aws/lambda/b', 7);
    aws.logs.createGroup(REGION, '/aws/lambda/a');
    aws.logs.createGroup(REGION, 'other');
    aws.logs.createGroup('eu-west-1', '/aws/lambda/c');
  });

  const names = ({ logGroups }: any) => logGroups.map(({ logGroupName }: any) => logGroupName);

  test('are listed by name, those of the region only, page by page', async () => {
    const first = await send('DescribeLogGroups', { limit: 2 });
    const second = await send('DescribeLogGroups', { limit: 2, nextToken: first.nextToken });

    expect([names(first), names(second), second.nextToken]).toEqual([['/aws/lambda/a', '/aws/lambda/b'], ['other'], undefined]);
  });

  test('are found by a prefix, and are described', async () => {
    aws.logs.write(REGION, '/aws/lambda/b', 'stream', ['äx']);

    const { logGroups } = await send('DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/b' });

    expect(logGroups).toEqual([{
      logGroupName: '/aws/lambda/b',
      creationTime: expect.any(Number),
      retentionInDays: 7,
      metricFilterCount: 0,
      arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/b:*',
      logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/b',
      storedBytes: 3,
      logGroupClass: 'STANDARD',
    }]);
  });

  test('that a pattern finds anywhere in their names are shown without the rest', async () => {
    const { logGroups } = await send('DescribeLogGroups', { logGroupNamePattern: 'lambda/b' });

    expect(logGroups.map(Object.keys)).toEqual([['arn', 'creationTime', 'logGroupName']]);
  });

  test('are found by a prefix or a pattern, not both', async () => {
    expect(await send('DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'abc' })).toMatchObject({ error: 'InvalidParameterException' });
  });
});

describe('log streams and their events', () => {
  beforeEach(async () => {
    aws.logs.createGroup(REGION, 'group');
    await at(0);
    write('b', 'first of b');
    await at(1);
    write('a', 'first of a', 'second of a');
    await at(2);
    write('b', 'second of b', 'third of b');
  });

  const ofB = { logGroupName: 'group', logStreamName: 'b' };
  const streams = async (input: object) => (await send('DescribeLogStreams', { logGroupName: 'group', ...input })).logStreams.map(({ logStreamName }: any) => logStreamName);

  test('are listed by name or by their last event, in either direction, by a prefix', async () => {
    expect(await streams({})).toEqual(['a', 'b']);
    expect(await streams({ descending: true, limit: 1 })).toEqual(['b']);
    expect(await streams({ orderBy: 'LastEventTime' })).toEqual(['a', 'b']);
    expect(await streams({ logStreamNamePrefix: 'b' })).toEqual(['b']);
    expect(await send('DescribeLogStreams', { logGroupName: 'group', orderBy: 'LastEventTime', logStreamNamePrefix: 'b' }))
      .toMatchObject({ error: 'InvalidParameterException' });
  });

  test('show the times of their events', async () => {
    const { logStreams: [, b] } = await send('DescribeLogStreams', { logGroupIdentifier: 'arn:aws:logs:us-east-1:123456789012:log-group:group' });

    expect(b).toMatchObject({ arn: 'arn:aws:logs:us-east-1:123456789012:log-group:group:log-stream:b', storedBytes: 0 });
    expect(Math.round((b.lastEventTimestamp - b.firstEventTimestamp) / 60_000)).toBe(2);
  });

  test('GetLogEvents begins with the latest, and follows its tokens to both ends, where they stay the same', async () => {
    const latest = await send('GetLogEvents', { ...ofB, limit: 2 });
    const before = await send('GetLogEvents', { ...ofB, limit: 2, nextToken: latest.nextBackwardToken });
    const first = await send('GetLogEvents', { ...ofB, limit: 2, nextToken: before.nextBackwardToken });
    const end = await send('GetLogEvents', { ...ofB, nextToken: latest.nextForwardToken });

    expect([latest, before, first, end].map(messages)).toEqual([['second of b', 'third of b'], ['first of b'], [], []]);
    expect(first.nextBackwardToken).toBe(before.nextBackwardToken);
    expect(end.nextForwardToken).toBe(latest.nextForwardToken);

    write('b', 'fourth of b');
    expect(messages(await send('GetLogEvents', { ...ofB, nextToken: end.nextForwardToken }))).toEqual(['fourth of b']);
  });

  test('GetLogEvents begins with the earliest if asked to, and takes a time: its start counts, its end does not', async () => {
    const { events } = await send('GetLogEvents', { ...ofB, startFromHead: true });
    const times = events.map(({ timestamp }: any) => timestamp);

    expect(messages(await send('GetLogEvents', { ...ofB, startFromHead: true, limit: 1 }))).toEqual(['first of b']);
    expect(messages(await send('GetLogEvents', { ...ofB, startTime: times[0], endTime: times[1] }))).toEqual(['first of b']);
  });

  test.each([
    [{ ...ofB, logStreamName: 'c' }, 'ResourceNotFoundException'],
    [{ ...ofB, logGroupName: 'other' }, 'ResourceNotFoundException'],
    [{ ...ofB, nextToken: 'f/7' }, 'InvalidParameterException'],
    [{ ...ofB, logGroupIdentifier: 'group' }, 'InvalidParameterException'],
    [{ ...ofB, unmask: true }, 'NotInLocalAws'],
  ])('GetLogEvents of %j is refused: %s', async (input, error) => {
    expect(await send('GetLogEvents', input)).toMatchObject({ error });
  });

  const filter = async (input: object) => messages(await send('FilterLogEvents', { logGroupName: 'group', ...input }));

  test('FilterLogEvents has the events of all streams as they came, by stream, time and number', async () => {
    const { events } = await send('FilterLogEvents', { logGroupName: 'group' });
    const [first] = events;

    expect(messages({ events })).toEqual(['first of b', 'first of a', 'second of a', 'second of b', 'third of b']);
    expect(await filter({ logStreamNames: ['a'] })).toEqual(['first of a', 'second of a']);
    expect(await filter({ endTime: first.timestamp })).toEqual(['first of b']);
    expect(await filter({ startTime: first.timestamp + 1, limit: 1 })).toEqual(['first of a']);
  });

  test.each([
    ['second', ['second of a', 'second of b']],
    ['second b', ['second of b']],
    ['"of a"', ['first of a', 'second of a']],
    ['SECOND', []],
  ])('FilterLogEvents finds %s', async (filterPattern, found) => {
    expect(await filter({ filterPattern })).toEqual(found);
  });

  test.each(['?first ?second', '-first', '{ $.message = "x" }', '[a, b]', '%first%'])('FilterLogEvents refuses the pattern %s by name', async (filterPattern) => {
    expect(await send('FilterLogEvents', { logGroupName: 'group', filterPattern })).toMatchObject({ error: 'NotInLocalAws' });
  });
});
