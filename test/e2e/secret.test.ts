import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Stage } from './stage';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../src';

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const live = (props: ManagedStreamKeyProps) => (stack: Stack) => { new ManagedStreamKey(stack, 'Live', props); };

test('the secret has the app\'s name and description', async () => {
  await stage.deploy(live({ secretName: 'shows/chess', description: 'What the encoder of the chess show needs' }));

  expect(stage.onlySecret()).toMatchObject({ name: 'shows/chess', description: 'What the encoder of the chess show needs' });
});

test('a secret with another name is replaced, and holds the same key', async () => {
  await stage.deploy(live({ secretName: 'old' }));
  const { value } = stage.onlyKey();

  await stage.deploy(live({ secretName: 'new' }));

  expect(stage.onlySecret().name).toBe('new');
  expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
});

describe('a secret with replicas', () => {
  const replicated = (...regions: string[]) => live({ replicaRegions: regions.map((region) => ({ region })) });
  const regions = () => stage.onlySecret().replicas.map(({ Region }) => Region);

  test('has them after deployment', async () => {
    await stage.deploy(replicated('eu-west-1', 'us-west-2'));

    expect(regions()).toEqual(['eu-west-1', 'us-west-2']);
  });

  test('has other replicas when the app names other regions', async () => {
    await stage.deploy(replicated('eu-west-1', 'us-west-2'));

    await stage.deploy(replicated('us-west-2', 'ap-south-1'));

    expect(regions()).toEqual(['us-west-2', 'ap-south-1']);
  });

  test('loses them before it is destroyed', async () => {
    await stage.deploy(replicated('eu-west-1'));

    await stage.destroy(replicated('eu-west-1'));

    expect(stage.aws.secretsManager.all).toEqual([]);
  });
});

describe('an encrypted secret', () => {
  const encrypted = (serial: number) => (stack: Stack) => {
    const encryptionKey = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
    return new ManagedStreamKey(stack, 'Live', { encryptionKey, serial });
  };
  /** The function of an encoder, which reads the secret and says what it got. */
  const encoder = (stack: Stack, streamKey: ManagedStreamKey) => {
    const encoderFunction = new lambda.Function(stack, 'Encoder', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline([
        'const { SecretsManager } = require("@aws-sdk/client-secrets-manager");',
        'exports.handler = () => new SecretsManager().getSecretValue({ SecretId: process.env.SECRET_ARN }).then(',
        '  ({ SecretString }) => ({ streamKey: JSON.parse(SecretString).streamKey }), ({ name }) => ({ name }));',
      ].join('\n')),
      // The local AWS counts the start of the process, too.
      timeout: Duration.minutes(1),
      environment: { SECRET_ARN: streamKey.secret.secretArn },
    });
    new CfnOutput(stack, 'EncoderName', { value: encoderFunction.functionName });
    return encoderFunction;
  };
  const run = async () => {
    const { accessKeyId, secretAccessKey } = stage.aws.identities.administrator;
    const client = new LambdaClient({ endpoint: stage.aws.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
    const { Payload } = await client.send(new InvokeCommand({ FunctionName: stage.stack().outputs[0].OutputValue }));
    client.destroy();
    return JSON.parse(Buffer.from(Payload!).toString());
  };

  test('is stored and rotated', async () => {
    await stage.deploy(encrypted(1));
    const old = stage.storedKey();

    await stage.deploy(encrypted(2));

    expect(stage.onlySecret().kmsKeyId).toContain(':key/');
    expect(stage.storedKey()).not.toBe(old);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('can be read with grantRead', async () => {
    await stage.deploy((stack) => {
      const streamKey = encrypted(1)(stack);
      streamKey.grantRead(encoder(stack, streamKey));
    });

    expect(await run()).toEqual({ streamKey: stage.onlyKey().value });
  });

  test('cannot be read without it', async () => {
    await stage.deploy((stack) => encoder(stack, encrypted(1)(stack)));

    expect(await run()).toEqual({ name: 'AccessDeniedException' });
  });

  test('is deleted with its key', async () => {
    await stage.deploy(encrypted(1));

    await stage.destroy(encrypted(1));

    expect(stage.inventory()).toEqual([]);
  });
});
