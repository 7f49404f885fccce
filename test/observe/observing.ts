import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IvsClient } from '@aws-sdk/client-ivs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Variants } from '../../local-aws/faults/variants';
import { LocalAws, REGION } from '../../local-aws/local-aws';
import type { Broadcaster } from '../../observe/broadcaster';
import type { Clients } from '../../observe/clients';
import type { Observation, Paces } from '../../observe/observation';
import { observe, Result, RunOptions } from '../../observe/observe';
import { clientOptions } from '../local-aws/deploy-template';

/** Longer than the lags that tests set, and than a busy machine takes. */
export const PACES: Paces = {
  lag: { every: 25, longest: 4000 },
  permission: { every: 25, longest: 3000 },
  rotation: { every: 40, longest: 30_000 },
  trail: { every: 25, longest: 100 },
  stack: { every: 25, longest: 60_000 },
  rounds: 1,
};

export function clientsOf(aws: LocalAws): Clients {
  const options = clientOptions(aws);
  return {
    cloudFormation: new CloudFormationClient(options),
    eventBridge: new EventBridgeClient(options),
    ivs: new IvsClient(options),
    lambda: new LambdaClient(options),
    secretsManager: new SecretsManagerClient(options),
  };
}

/** Starts a local AWS in which reads may be polled more often than in AWS. */
export async function startAws(variants: Partial<Variants> = {}): Promise<LocalAws> {
  const aws = await LocalAws.start();
  Object.assign(aws.variants, variants);
  for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
  return aws;
}

/** Makes observations in a local AWS, and returns their results by id. */
export async function observeIn(
  aws: LocalAws, observations: readonly Observation[], more: Partial<RunOptions> = {},
): Promise<Record<string, Result>> {
  const results = await observe({
    clients: clientsOf(aws),
    region: REGION,
    replicaRegion: 'us-west-2',
    observations,
    paces: PACES,
    broadcaster: broadcasterTo(aws),
    signal: new AbortController().signal,
    say: () => {},
    ...more,
  });
  return Object.fromEntries(results.map((result) => [result.id, result]));
}

/** An encoder without a picture. */
function broadcasterTo(aws: LocalAws): Broadcaster {
  return ({ streamKey }) => {
    const { channelArn } = aws.ivs.startStream(streamKey);
    return { stop: async () => aws.ivs.endStream(channelArn) };
  };
}
