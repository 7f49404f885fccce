import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { WhileLive } from '../../src/contract/while-live';

const NOWHERE = 'http://ivs.us-east-2.invalid';

let handler: DeployedHandler;
beforeAll(async () => {
  handler = await DeployedHandler.start();
  handler.aws.lambda.update(handler.functionName, { environment: { AWS_ENDPOINT_URL_IVS: NOWHERE } });
});
afterAll(() => handler.stop());

const channelIn = (region: string) => ({ arn: `arn:aws:ivs:${region}:123456789012:channel/abcdABCDefgh` });

describe('in a region without IVS', () => {
  const { arn } = channelIn('us-east-2');

  test('Create fails within 10 seconds, with the reason', async () => {
    const start = performance.now();

    const { Status, Reason } = await handler.cloudFormation.create(propertiesOf({ arn }, handler.secretsManager.createSecret()));

    expect(performance.now() - start).toBeLessThan(10_000);
    expect({ Status, Reason: Reason!.replace(/(?<= at )ivs:\w+/, 'ivs:GetChannel') }).toEqual({
      Status: 'FAILED',
      Reason: `Create of the stream key of ${arn} failed at ivs:GetChannel: NoEndpoint: getaddrinfo ENOTFOUND ivs.us-east-2.invalid. `
        + 'Amazon IVS has no endpoint in us-east-2; when this version was made, it had channels in us-east-1, us-west-2, eu-west-1, eu-central-1, ap-south-1, '
        + 'ap-northeast-1, ap-northeast-2. Give the construct a channel in one of these regions.',
    });
  });

  test.each(Object.values(WhileLive))('Delete succeeds within 10 seconds under %s', async (whileLive) => {
    const start = performance.now();

    const { Status } = await handler.cloudFormation.delete(propertiesOf({ arn }, handler.secretsManager.createSecret(), { WhileLive: whileLive }));

    expect(performance.now() - start).toBeLessThan(10_000);
    expect(Status).toBe('SUCCESS');
  });
});

// Time for one attempt more than a second after the first.
describe('in an IVS region whose endpoint does not resolve', () => {
  const { arn } = channelIn('us-west-2');
  beforeAll(() => handler.aws.lambda.update(handler.functionName, { timeout: 37 }));

  test('Delete fails only after it has used all its time', async () => {
    const start = performance.now();

    const { Status, Reason } = await handler.cloudFormation.delete(propertiesOf({ arn }, handler.secretsManager.createSecret()));

    expect(performance.now() - start).toBeGreaterThan(5_500);
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(': ENOTFOUND: getaddrinfo ENOTFOUND ivs.us-east-2.invalid. Deploy again.');
  });
});
