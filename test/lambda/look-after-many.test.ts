import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { SecretTag } from '../../src/contract/tags';

const KEYS = 160;
const HOUR = 3_600_000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start({}); });
afterAll(() => handler.stop());

/** Keys of the stack, each with a secret of the stack. */
async function deployKeys(): Promise<void> {
  const { resources } = handler.aws.cloudformation.stacks.find(({ id }) => id === handler.stackId)!;
  handler.eventBridge.lose();
  for (let index = 0; index < KEYS; index++) {
    const [channel, secret] = [handler.channels.create(), handler.secretsManager.createSecret()];
    const properties = propertiesOf(channel, secret);
    const LogicalResourceId = `Live${index}`;
    handler.cloudFormation.tagSecret({ channel, secret, properties }, LogicalResourceId);
    expect(secret.tags[SecretTag.CHANNEL]).toBe(channel.arn);
    const definition = { Type: 'AWS::SecretsManager::Secret' };
    resources.set(`Secret${index}`, { logicalId: `Secret${index}`, physicalId: secret.arn, attributes: {}, definition, properties: {} });
    expect(await handler.cloudFormation.create(properties, { LogicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
  }
}

test(`a look at ${KEYS} keys takes three reads a key and one of its metadata, and stays below 5 calls a second of each operation`, async () => {
  await deployKeys();
  for (const operation of ['ivs:ListStreamKeys', 'ivs:GetChannel', 'cloudformation:DescribeStackResource']) handler.aws.endpoint.rates.set(operation, 5);
  handler.calls.take();

  await handler.pass(HOUR);

  const calls = handler.aws.endpoint.calls.byFunctions();
  const seconds = (Math.max(...calls.map(({ end }) => end)) - Math.min(...calls.map(({ start }) => start))) / 1000;
  console.log(`The look at ${KEYS} keys took ${seconds.toFixed(1)} s and ${calls.length} calls.`);
  const counts: Record<string, number> = {};
  for (const { operation, error } of calls) {
    const name = error ? `${operation}!${error}` : operation;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  expect(counts).toEqual({
    'cloudformation:DescribeStackResource': KEYS,
    'cloudformation:DescribeStacks': 1,
    'cloudformation:ListStackResources': 4,
    'ivs:GetChannel': KEYS,
    'ivs:ListStreamKeys': KEYS,
    'secretsmanager:DescribeSecret': KEYS,
  });
});
