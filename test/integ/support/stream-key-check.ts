import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ManagedStreamKey } from '../../../src';

/** What the check is asked to do. */
export type Request = 'look' | 'rotate';

/** What it answers if the library keeps its promises. */
export const PROMISES = {
  /** The key and the version of the secret are those in the attributes of the deployment. */
  look: { oneStreamKey: true, secretHoldsIt: true, asDeployed: true },
  /** `rotate-secret` has replaced the key. */
  rotate: { oneStreamKey: true, secretHoldsIt: true, anotherArn: true, anotherValue: true, anotherVersion: true },
};

/**
 * Everything that leaves the function is in the template of the assertions, their outputs and two logs. So it answers booleans and names of
 * errors: not even messages, as that of JSON.parse quotes what it was given. Reads of IVS may lag, so it looks until all is true, or time is up.
 */
const CODE = `
const { Ivs } = require('@aws-sdk/client-ivs');
const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
const { setTimeout: sleep } = require('node:timers/promises');
const { CHANNEL_ARN: channelArn, SECRET_ARN: SecretId, STREAM_KEY_ARN, SECRET_VERSION_ID } = process.env;
const [ivs, secretsManager] = [new Ivs({}), new SecretsManager({})];

async function observe() {
  const { streamKeys } = await ivs.listStreamKeys({ channelArn, maxResults: 50 });
  const keys = await Promise.all(streamKeys.map(async ({ arn }) => (await ivs.getStreamKey({ arn })).streamKey));
  const { SecretString, VersionId } = await secretsManager.getSecretValue({ SecretId });
  return { count: keys.length, arn: keys[0]?.arn, value: keys[0]?.value, version: VersionId, stored: JSON.parse(SecretString).streamKey };
}

const facts = ({ count, value, stored }) => ({ oneStreamKey: count === 1, secretHoldsIt: count === 1 && value === stored });

async function look() {
  const seen = await observe();
  return { ...facts(seen), asDeployed: seen.arn === STREAM_KEY_ARN && seen.version === SECRET_VERSION_ID };
}

async function rotate() {
  const before = await observe();
  await secretsManager.rotateSecret({ SecretId });
  return settled(async () => {
    const after = await observe();
    const [anotherArn, anotherValue, anotherVersion] = ['arn', 'value', 'version'].map((name) => after[name] !== before[name]);
    return { ...facts(after), anotherArn, anotherValue, anotherVersion };
  });
}

async function settled(seeing, until = Date.now() + Number(process.env.PATIENCE)) {
  for (;;) {
    const seen = await seeing().catch(({ name }) => ({ error: name }));
    if (Object.values(seen).every((fact) => fact === true) || Date.now() > until) return seen;
    await sleep(1000);
  }
}

exports.handler = async ({ request }) => (request === 'rotate' ? rotate() : settled(look)).catch(({ name }) => ({ error: name }));
`;

export interface StreamKeyCheckProps {
  readonly streamKey: ManagedStreamKey;
  /** What it will be asked, for its permissions. */
  readonly requests: Request[];
}

/** How long it looks. The function of integ-tests that calls it has two minutes. */
const PATIENCE = Duration.seconds(75);

/** A function that compares the stream key with the secret, in the account, and answers only whether they agree. */
export class StreamKeyCheck extends Construct {
  public readonly functionName: string;

  constructor(scope: Construct, id: string, { streamKey, requests }: StreamKeyCheckProps) {
    super(scope, id);
    const handler = new lambda.Function(this, 'Function', {
      description: 'Compares a stream key with its secret',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromInline(CODE),
      handler: 'index.handler',
      timeout: Duration.seconds(110),
      memorySize: 256,
      logGroup: new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY }),
      environment: {
        CHANNEL_ARN: streamKey.channel.channelRef.channelArn,
        SECRET_ARN: streamKey.secret.secretArn,
        STREAM_KEY_ARN: streamKey.streamKeyArn,
        SECRET_VERSION_ID: streamKey.secretVersionId,
        PATIENCE: String(PATIENCE.toMilliseconds()),
      },
    });
    handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['ivs:ListStreamKeys', 'ivs:GetStreamKey'], resources: ['*'] }));
    streamKey.grantRead(handler);
    if (requests.includes('rotate')) streamKey.grantRotate(handler);
    this.functionName = handler.functionName;
  }
}
