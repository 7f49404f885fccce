import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerAnswer } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { rememberForRedaction } from '../../lambda/aws/redaction';
import { renderAnswer } from '../../lambda/protocols/cloudformation-answer';
import { AwsError } from '../../local-aws/core/aws-error';

/** Seconds: there is time to give up a call that hangs after ten, and none for a second attempt, as that needs thirty. */
const TIMEOUT = 35;
/** Seconds: the handler stops working ten before, which is too early for calls that are slow one after the other. */
const SHORT_TIMEOUT = 21;

interface Slow {
  readonly answer: HandlerAnswer;
  readonly seconds: number;
}

/** A call that is never answered, calls that are slow one after the other, and what was called after both answers. */
async function askWithSlowCalls(handler: DeployedHandler): Promise<{ hanging: Slow; slow: Slow; callsAfterwards: string[] }> {
  const [deleted, adopted] = [await handler.live(), handler.channels.createWithKey()];
  const { lambda, endpoint: { disturbances, calls } } = handler.aws;
  disturbances.add({ operation: 'ivs:DeleteStreamKey', times: Infinity, effect: 'hang' });
  // Each is answered in time, and all of them together are too slow.
  for (const operation of ['ivs:TagResource', 'ivs:GetStreamKey', 'secretsmanager:PutSecretValue']) disturbances.slowDown(4500, operation);

  const start = performance.now();
  const timed = async (answer: Promise<HandlerAnswer>): Promise<Slow> => ({ answer: await answer, seconds: (performance.now() - start) / 1000 });
  lambda.update(handler.functionName, { timeout: TIMEOUT });
  const deletion = timed(handler.cloudFormation.delete(deleted.properties));
  lambda.update(handler.functionName, { timeout: SHORT_TIMEOUT });
  const adoption = timed(handler.cloudFormation.create(propertiesOf(adopted, handler.secretsManager.createSecret())));
  const [hanging, slow] = await Promise.all([deletion, adoption]);
  const answered = performance.now();
  await sleep(6000);
  const callsAfterwards = calls.byFunctions().filter((call) => call.start > answered).map(({ operation }) => operation);
  return { hanging, slow, callsAfterwards };
}

let slowHandler: DeployedHandler;
let withSlowCalls: ReturnType<typeof askWithSlowCalls>;
// Started here, so that it runs while the tests before it do.
beforeAll(async () => {
  slowHandler = await DeployedHandler.start();
  withSlowCalls = askWithSlowCalls(slowHandler);
});
afterAll(() => slowHandler.stop());

const REQUEST = {
  RequestType: 'Create' as const,
  RequestId: '7d5a6c1e-6a55-4a3f-8a53-3e0f4a0f6f3d',
  ResponseURL: 'https://example.com/',
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/Handler/0b3c',
  LogicalResourceId: 'Live',
  ResourceProperties: { ChannelArn: 'arn:aws:ivs:us-east-1:123456789012:channel/abc', SecretArn: 'arn', Serial: '1' },
};
const rendered = (Reason: string) => renderAnswer(REQUEST, { Status: 'FAILED', PhysicalResourceId: 'abc', Reason });

describe.each([
  ['10,000 plain characters', 'x'.repeat(10_000)],
  ['characters of three bytes', '鍵'.repeat(10_000)],
  ['characters outside the basic plane', '🔑'.repeat(10_000)],
  ['characters outside the basic plane, at odd places', `x${'🔑'.repeat(10_000)}`],
  ['characters that JSON escapes', '"\n\\'.repeat(4_000)],
  ['control characters', '\u0001'.repeat(5_000)],
])('a reason of %s', (_what, reason) => {
  test('is cut to what CloudFormation accepts', () => expect(Buffer.byteLength(rendered(reason))).toBeLessThanOrEqual(4096));

  test('keeps its beginning, and shows that it was cut', () => {
    const { Reason } = JSON.parse(rendered(reason));

    expect(Reason.endsWith('…')).toBe(true);
    expect(reason.startsWith(Reason.slice(0, -1))).toBe(true);
    expect(Reason.length).toBeGreaterThan(300);
  });

  test('is cut between two characters', () => expect(JSON.parse(rendered(reason)).Reason.isWellFormed()).toBe(true));

  test('leaves the rest of the answer as it was', () => {
    const { RequestId, StackId, LogicalResourceId } = REQUEST;

    expect(JSON.parse(rendered(reason))).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'abc', RequestId, StackId, LogicalResourceId });
  });
});

test('a reason that fits is not cut', () => expect(JSON.parse(rendered('No.')).Reason).toBe('No.'));

describe('delivering the answer', () => {
  let handler: DeployedHandler;
  beforeAll(async () => { handler = await DeployedHandler.start(); });
  afterAll(() => handler.stop());
  beforeEach(() => handler.startAfresh());

  const answersSent = () => handler.aws.endpoint.calls.all.filter(({ operation }) => operation === 's3:PutObject');
  const runs = () => handler.aws.logs.text().split('\n').filter((line) => line.startsWith('END RequestId')).length;
  const request = () => ({ RequestType: 'Create', ResourceProperties: propertiesOf(handler.channels.create(), handler.secretsManager.createSecret()) });

  test('an expired URL ends the run without an error', async () => {
    const { event } = handler.cloudFormation.prepare(request(), 0);
    await sleep(5);

    const { error } = await handler.aws.lambda.invoke(handler.functionArn, event);

    expect(answersSent()).toMatchObject([{ error: 'AccessDenied' }]);
    expect(error).toBeUndefined();
  });

  test('an expired URL does not make Lambda retry', async () => {
    const before = runs();
    const { event } = handler.cloudFormation.prepare(request(), 0);
    await sleep(5);

    handler.aws.lambda.invokeAsync(handler.functionArn, event);
    await handler.aws.lambda.idle();

    expect(runs()).toBe(before + 1);
  });

  test('an answer refused with HTTP 500 is sent again by the same run', async () => {
    const before = runs();
    const effect = new AwsError('InternalError', 'We encountered an internal error.', 500);
    handler.aws.endpoint.disturbances.add({ operation: 's3:PutObject', anybody: true, effect });

    const { Status } = await handler.cloudFormation.send(request());
    await handler.aws.lambda.idle();

    expect(Status).toBe('SUCCESS');
    expect(answersSent().map(({ error }) => error)).toEqual(['InternalError', undefined]);
    expect(runs()).toBe(before + 1);
  });

  test('an answer that cannot be delivered makes Lambda retry the request', async () => {
    const before = runs();
    handler.aws.endpoint.disturbances.add({ operation: 's3:PutObject', times: 4, anybody: true, effect: 'disconnect' });

    const { Status } = await handler.cloudFormation.send(request());
    await handler.aws.lambda.idle();

    expect(Status).toBe('SUCCESS');
    expect(answersSent()).toHaveLength(5);
    expect(runs()).toBe(before + 2);
  });
});

describe('with slow calls', () => {
  test('a hanging call is aborted in time for an answer', async () => {
    const { hanging } = await withSlowCalls;

    expect(hanging.answer.Status).toBe('FAILED');
    expect(hanging.seconds).toBeLessThan(TIMEOUT);
  });

  test('a hanging call is named in the answer', async () => {
    const { hanging } = await withSlowCalls;

    expect(hanging.answer.Reason).toMatch(/failed at ivs:DeleteStreamKey: CallTimeout: there was no answer within 10 seconds\. Deploy again\.$/);
  });

  test('a series of slow calls is aborted in time for an answer', async () => {
    const { slow } = await withSlowCalls;

    expect(slow.answer.Status).toBe('FAILED');
    expect(slow.seconds).toBeLessThan(SHORT_TIMEOUT);
  });

  test('a series of slow calls is explained in the answer', async () => {
    const { slow } = await withSlowCalls;

    expect(slow.answer.Reason).toBe(`Create of the stream key of ${slow.answer.PhysicalResourceId} failed: the time of the function was up. `
      + 'Deploy again; if it stays, see the log group of the handler.');
  });

  test('nothing is called after the answer', async () => {
    const { callsAfterwards } = await withSlowCalls;

    expect(callsAfterwards).toEqual([]);
  });
});

test('an answer holds no value, be it a failure or a remark', () => {
  const value = rememberForRedaction('sk_us-east-1_"quoted"');
  const texts = (['SUCCESS', 'FAILED'] as const).map((Status) => renderAnswer(REQUEST, { Status, PhysicalResourceId: 'abc', Reason: `it was ${value}` }));

  expect(texts.map((text) => JSON.parse(text).Reason)).toEqual(['it was ****', 'it was ****']);
});
