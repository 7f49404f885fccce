import { CreateStreamKeyCommand, DeleteStreamKeyCommand, GetStreamKeyCommand, IvsClient, ListStreamKeysCommand } from '@aws-sdk/client-ivs';
import type { IvsChannel } from '../../../local-aws/ivs/ivs';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let ivs: IvsClient;
let channel: IvsChannel;
beforeEach(async () => {
  aws = await LocalAws.start();
  ivs = new IvsClient(clientOptions(aws));
  channel = aws.ivs.createChannel(REGION, {});
});
afterEach(async () => {
  ivs.destroy();
  await aws.stop();
});

const LAG = 20_000;
const create = async (tags?: Record<string, string>) => (await ivs.send(new CreateStreamKeyCommand({ channelArn: channel.arn, tags }))).streamKey!;
const remove = (arn?: string) => ivs.send(new DeleteStreamKeyCommand({ arn }));
const listed = async () => (await ivs.send(new ListStreamKeysCommand({ channelArn: channel.arn }))).streamKeys!.map(({ arn }) => arn);
const value = async (arn?: string) => (await ivs.send(new GetStreamKeyCommand({ arn }))).streamKey!.value;
const notFound = expect.objectContaining({ name: 'ResourceNotFoundException' });

describe('listLag', () => {
  test('hides a new key for a while', async () => {
    aws.variants.listLag = LAG;
    const { arn } = await create();

    const before = await listed();
    await expect(value(arn)).rejects.toEqual(notFound);
    await aws.clock.advance(LAG);

    expect([before, await listed()]).toEqual([[], [arn]]);
    expect(await value(arn)).toMatch(/^sk_/);
  });

  test('shows a deleted key for a while', async () => {
    aws.variants.listLag = LAG;
    const { arn, value: deleted } = await create();
    await aws.clock.advance(LAG);
    await remove(arn);

    const before = await listed();
    expect(await value(arn)).toBe(deleted);
    await aws.clock.advance(LAG);

    expect([before, await listed()]).toEqual([[arn], []]);
  });

  test('does not hide from DeleteStreamKey that a key has gone', async () => {
    aws.variants.listLag = LAG;
    const { arn } = await create();
    await remove(arn);

    await expect(remove(arn)).rejects.toEqual(notFound);
  });
});

describe('quotaLag', () => {
  test('counts a deleted key for a while', async () => {
    aws.variants.quotaLag = LAG;
    await remove((await create()).arn);

    await expect(create()).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
    await aws.clock.advance(LAG);

    await expect(create()).resolves.toBeDefined();
  });
});

describe('deleteEndsSession', () => {
  test.each([[true], [false]])('%s: a session whose key is deleted ends, or does not', async (deleteEndsSession) => {
    aws.variants.deleteEndsSession = deleteEndsSession;
    const { arn, value: key } = await create();
    const disconnect = jest.fn();
    aws.ivs.startStream(key!, { disconnect });

    await remove(arn);

    expect([aws.ivs.streamOf(channel.arn) === undefined, disconnect.mock.calls.length]).toEqual(deleteEndsSession ? [true, 1] : [false, 0]);
  });

  test('leaves the session of an older key alone', async () => {
    const first = await create();
    aws.ivs.startStream(first.value!);
    await remove(first.arn);
    const { arn } = await create();
    aws.variants.deleteEndsSession = true;

    await remove(arn);

    expect(aws.ivs.streamOf(channel.arn)).toBeDefined();
  });
});

describe('permissions to create a stream key', () => {
  const allow = (...statements: [string, string][]) => {
    aws.iam.createRole('Creator', {});
    aws.iam.putRolePolicy('Creator', 'Policy', {
      Version: '2012-10-17', Statement: statements.map(([Action, type]) => ({ Effect: 'Allow', Action, Resource: `arn:aws:ivs:*:${ACCOUNT}:${type}/*` })),
    });
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Creator/session`, roleName: 'Creator' });
    ivs.destroy();
    ivs = new IvsClient({ ...clientOptions(aws), credentials });
  };
  const outcome = (tags?: Record<string, string>) => create(tags).then(() => 'created', ({ name }) => name);

  test.each(['stream-key', 'channel'] as const)('with createStreamKeyOn %s, a permission on that type suffices', async (type) => {
    aws.variants.createStreamKeyOn = type;
    allow(['ivs:CreateStreamKey', type]);

    expect(await outcome()).toBe('created');
  });

  test.each([['stream-key', 'channel'], ['channel', 'stream-key']] as const)('with createStreamKeyOn %s, a permission on %s does not suffice', async (type, other) => {
    aws.variants.createStreamKeyOn = type;
    allow(['ivs:CreateStreamKey', other]);

    expect(await outcome()).toBe('AccessDeniedException');
  });

  test.each([[true, 'AccessDeniedException'], [false, 'created']])('with createAsksForTagging %s, without TagResource: %s', async (createAsksForTagging, expected) => {
    aws.variants.createAsksForTagging = createAsksForTagging;
    allow(['ivs:CreateStreamKey', 'stream-key']);

    expect([await outcome({ team: 'sports' })]).toEqual([expected]);
  });

  test('without tags nothing is asked about tagging', async () => {
    allow(['ivs:CreateStreamKey', 'stream-key']);

    expect(await outcome()).toBe('created');
  });
});
