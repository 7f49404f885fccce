import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const MINUTE = 60_000;

/** Invokes the function with a request that CloudFormation made so many minutes ago. */
async function attempt(minutesAgo: number) {
  const channel = handler.channels.create();
  const { event, promise } = handler.cloudFormation.prepare({ RequestType: 'Create', ResourceProperties: propertiesOf(channel, handler.secretsManager.createSecret()) });
  let answer: string | undefined;
  void promise.then((body) => { answer = body; });
  await handler.aws.clock.advance(minutesAgo * MINUTE);
  const { error } = await handler.aws.lambda.invoke(handler.functionArn, event);
  return { channel, error, answer };
}

test('an attempt after the request\'s timeout does nothing: CloudFormation may have rolled back', async () => {
  const { channel, error, answer } = await attempt(16);

  expect(error).toBeUndefined();
  expect(answer).toBeUndefined();
  expect(handler.calls.take()).toEqual([]);
  expect(handler.channels.keyOf(channel)).toBeUndefined();
});

test('the log says that the request has timed out', async () => {
  await attempt(16);

  expect(handler.aws.logs.text()).toContain('"message":"request over"');
});

test('Lambda\'s last attempt is carried out', async () => {
  const { channel, answer } = await attempt(15);

  expect(JSON.parse(answer!).Status).toBe('SUCCESS');
  expect(handler.channels.keyOf(channel)).toBeDefined();
});
