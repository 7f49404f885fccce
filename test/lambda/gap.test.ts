import { DeployedHandler, Live } from './deployed-handler';

/** How long every call takes while the gap is measured. */
const LATENCY = 50;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.aws.endpoint.disturbances.clear());

const rotate = ({ properties }: Live, to: number) =>
  handler.update({ ...properties, Serial: String(to - 1) }, { ...properties, Serial: String(to) });

/** The calls that fit between DeleteStreamKey answered and PutSecretValue answered. */
async function gapOf(live: Live, serial: number): Promise<number> {
  handler.takeCalls();
  await rotate(live, serial);
  const call = (operation: string) => handler.aws.endpoint.calls.byFunctions().filter((made) => made.operation === operation && !made.error).pop()!;
  const [deleted, created, stored] = [call('ivs:DeleteStreamKey'), call('ivs:CreateStreamKey'), call('secretsmanager:PutSecretValue')];
  const oneCall = (created.end - created.start + stored.end - stored.start) / 2;
  return (stored.end - deleted.end) / oneCall;
}

const median = (numbers: number[]) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const figures = (numbers: number[]) => numbers.map((number) => number.toFixed(2)).join(', ');

test('the secret holds a dead key for two calls and no longer, in a process that has just started', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.slowDown(LATENCY);

  const gaps: number[] = [];
  for (const serial of [2, 3, 4, 5, 6]) {
    handler.aws.lambda.update(handler.functionName, {});
    gaps.push(await gapOf(live, serial));
  }

  console.log(`The gap of a rotation in a cold process, in calls of ${LATENCY} ms: ${figures(gaps)}; the median is ${median(gaps).toFixed(2)}.`);
  expect(median(gaps)).toBeLessThanOrEqual(2.3);
});

test('the secret holds a dead key for two calls and no longer, in a process that has run before', async () => {
  const live = await handler.live();
  handler.aws.endpoint.disturbances.slowDown(LATENCY);

  const gaps: number[] = [];
  for (const serial of [2, 3, 4, 5, 6]) gaps.push(await gapOf(live, serial));

  console.log(`The gap of a rotation in a warm process, in calls of ${LATENCY} ms: ${figures(gaps)}; the median is ${median(gaps).toFixed(2)}.`);
  expect(median(gaps)).toBeLessThanOrEqual(2.3);
});

/** With tags in the policy, IAM refuses to delete what is gone, as it does while a policy is young. */
describe('a key that is gone when it is to be deleted', () => {
  const lost: Partial<Live & { Status: string; seconds: number }> = {};
  const raced: Partial<Live & { Statuses: string[] }> = {};

  beforeAll(async () => {
    Object.assign(lost, await handler.live());
    Object.assign(raced, await handler.live());
    handler.aws.endpoint.disturbances.clear();
    handler.aws.endpoint.disturbances.add({ operation: 'ivs:DeleteStreamKey', when: 'after', effect: 'disconnect' });
    const start = performance.now();
    const one = rotate(lost as Live, 2).then(({ Status }) => Object.assign(lost, { Status, seconds: (performance.now() - start) / 1000 }));
    while (!handler.aws.endpoint.disturbances.met('ivs:DeleteStreamKey')) await new Promise((resolve) => setTimeout(resolve, 20));
    const { properties } = raced as Live;
    const two = ['2', '3'].map((Serial) => handler.update(properties, { ...properties, Serial }));
    await one;
    raced.Statuses = (await Promise.all(two)).map(({ Status }) => Status);
  });

  test('a lost answer of DeleteStreamKey ends with the one key in the secret', () => {
    expect(lost.Status).toBe('SUCCESS');
    expect(handler.storedIn(lost.secret!)!.streamKey).toBe(handler.keyOf(lost.channel!)!.value);
  });

  test('a lost answer of DeleteStreamKey does not leave the dead key in the secret for seconds', () => {
    expect(lost.seconds).toBeLessThan(3);
  });

  test('two rotations at the same time both succeed', () => {
    expect(raced.Statuses).toEqual(['SUCCESS', 'SUCCESS']);
  });

  test('two rotations at the same time end with the key that exists in the secret', () => {
    expect(handler.storedIn(raced.secret!)!.streamKey).toBe(handler.keyOf(raced.channel!)!.value);
  });
});
