import type { CustomResourceRequest } from './support/cloudformation';
import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { KeyTag, SecretTag } from '../../src/contract/tags';

/** Of the function that the construct deploys, in megabytes. */
const MEMORY = 256;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());

/** Runs a request to its end, so that the next one finds the process idle. */
async function run(request: CustomResourceRequest): Promise<void> {
  const { event, promise } = handler.cloudFormation.prepare(request);
  await handler.aws.lambda.invoke(handler.functionArn, event);
  expect(JSON.parse(await promise).Status).toBe('SUCCESS');
}

test('creating, rotating in every way and deleting in one process takes less than half of the function\'s memory', async () => {
  const channel = handler.channels.create();
  const secret = handler.secretsManager.createSecret({ [KeyTag.RESOURCE]: 'Live', [SecretTag.CHANNEL]: channel.arn });
  const ResourceProperties = propertiesOf(channel, secret, { ReplicaRegions: [{ Region: 'eu-west-1' }] });
  const rotated = { ...ResourceProperties, Serial: '2' };
  const PhysicalResourceId = ResourceProperties.ChannelArn;

  await run({ RequestType: 'Create', ResourceProperties });
  await run({ RequestType: 'Update', PhysicalResourceId, ResourceProperties: rotated, OldResourceProperties: ResourceProperties });
  await handler.secretsManager.rotateSecret(secret);
  await handler.broadcast({ channel, secret, properties: rotated });
  await run({ RequestType: 'Delete', PhysicalResourceId, ResourceProperties: rotated });

  const megabytes = Math.max(...handler.aws.lambda.reports.map((report) => report.megabytes));
  console.log(`The handler took ${megabytes} MB of the ${MEMORY} it has.`);
  expect(new Set(handler.aws.endpoint.calls.byFunctions().map(({ caller }) => caller)).size).toBe(1);
  expect(handler.aws.logs.text()).toContain(`Memory Size: ${MEMORY} MB`);
  expect(megabytes).toBeLessThan(MEMORY / 2);
});
