import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { failAfter } from './fail-after';
import { Stage } from './stage';
import { REGION } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps } from '../../src';

const BY_HAND = '{"streamKey":"by hand"}';

let stage: Stage;
let secretsManager: SecretsManagerClient;

async function start(): Promise<void> {
  stage = await Stage.start();
  secretsManager = new SecretsManagerClient({ endpoint: stage.aws.url, region: REGION, credentials: stage.aws.identities.administrator });
}
async function stop(): Promise<void> {
  secretsManager.destroy();
  await stage.stop();
}

/** A secret that was made outside of any stack. */
const outside = (name = 'outside'): Secret => stage.aws.secretsManager.createSecret(REGION, name, { tags: { team: 'sports' } }, BY_HAND);

interface Way {
  /** The secret in the app. */
  readonly secretIn: (stack: Stack) => secretsmanager.ISecret;
  /** Its name in the local AWS. */
  readonly name: string;
}

const WAYS: [string, Way][] = [
  ['of the same stack', { name: 'same', secretIn: (stack) => new secretsmanager.Secret(stack, 'Own', { secretName: 'same' }) }],
  ['of another stack of the app', {
    name: 'other',
    secretIn: (stack) => new secretsmanager.Secret(new Stack(stack.node.root as Stack, 'Secrets'), 'Own', { secretName: 'other' }),
  }],
  ['that is imported', {
    name: 'outside',
    secretIn: (stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', stage.secret('outside').arn),
  }],
];

describe.each(WAYS)('a secret %s', (_, { name, secretIn }) => {
  const live = (props: ManagedStreamKeyProps = {}) => (stack: Stack) =>
    new ManagedStreamKey(stack, 'Live', { secret: secretIn(stack), rotationSchedule: { automaticallyAfter: Duration.days(0) }, ...props });
  const deploy = (props?: ManagedStreamKeyProps) => stage.deploy(live(props), 'Live', ['--all']);
  let before: string;

  beforeAll(async () => {
    await start();
    outside();
    await deploy();
  });
  afterAll(stop);

  test('holds the key', () => {
    expect(stage.storedKey(stage.secret(name))).toBe(stage.onlyKey().value);
  });

  test('keeps its earlier value as the previous version', () => {
    expect([...stage.secret(name).versions.values()].find(({ labels }) => labels.has('AWSPREVIOUS'))!.value).toBeDefined();
  });

  test('is rotated by a deployment', async () => {
    before = stage.onlyKey().value;

    await deploy({ serial: 1 });

    expect(stage.onlyKey().value).not.toBe(before);
    expect(stage.storedKey(stage.secret(name))).toBe(stage.onlyKey().value);
  });

  test('is rotated by hand', async () => {
    before = stage.onlyKey().value;

    await secretsManager.send(new RotateSecretCommand({ SecretId: stage.secret(name).arn }));
    await stage.aws.secretsManager.rotations.done();

    expect(stage.onlyKey().value).not.toBe(before);
    expect(stage.storedKey(stage.secret(name))).toBe(stage.onlyKey().value);
  });

  test('is as it was after a failed deployment', async () => {
    before = stage.onlyKey().value;
    const { tags } = structuredClone(stage.secret(name));

    await stage.tryDeploy((stack) => failAfter(live({ serial: 1, rotateAfterStream: true })(stack)), 'Live', ['--all']);

    expect(stage.stack().status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stage.secret(name).tags).toEqual(tags);
    expect([stage.onlyKey().value, stage.storedKey(stage.secret(name))]).toEqual([before, before]);
  });

  test('stays, with its value, when the stream key is removed', async () => {
    before = stage.onlyKey().value;

    await stage.deploy((stack) => {
      const secret = secretIn(stack);
      // CloudFormation has no stack without a resource.
      new Channel(stack, 'Channel');
      // What another stack has exported stays until the next deployment.
      if (name === 'other') secret.stack.exportValue(secret.secretArn);
    }, 'Live', ['--all']);

    expect(stage.aws.ivs.allStreamKeys).toEqual([]);
    expect(stage.storedKey(stage.secret(name))).toBe(before);
    expect(Object.keys(stage.secret(name).tags).filter((tag) => tag.startsWith('managed-stream-key:'))).toEqual([]);
  });
});

describe('an imported secret', () => {
  beforeEach(start);
  afterEach(stop);

  const live = (name: string, props: ManagedStreamKeyProps = {}, id = 'Live') => (stack: Stack) => {
    const channel = new Channel(stack, 'Channel');
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', stage.secret(name).arn);
    return new ManagedStreamKey(stack, id, { channel, secret, ...props });
  };

  test('is as it was after destroy, except for its value', async () => {
    const { tags } = structuredClone(outside());
    await stage.deploy(live('outside'));

    await stage.destroy(live('outside'));

    expect(stage.secret('outside').tags).toEqual(tags);
    expect(stage.inventory()).toEqual([stage.secret('outside').arn]);
  });

  test('stays as it is, key included, under RETAIN', async () => {
    outside();
    await stage.deploy(live('outside', { removalPolicy: RemovalPolicy.RETAIN, channel: undefined }));
    const before = structuredClone({ key: stage.onlyKey(), secret: stage.secret('outside') });

    await stage.destroy(live('outside', { removalPolicy: RemovalPolicy.RETAIN, channel: undefined }));

    expect({ key: stage.onlyKey(), secret: stage.secret('outside') }).toEqual(before);
  });

  test('is as it was after a failed first deployment, except for its value', async () => {
    const { tags } = structuredClone(outside());

    await stage.tryDeploy((stack) => failAfter(live('outside')(stack)));

    expect(stage.stack().status).toBe('ROLLBACK_COMPLETE');
    expect(stage.secret('outside').tags).toEqual(tags);
  });

  test('can be replaced by another imported secret, and back', async () => {
    for (const name of ['one', 'two']) outside(name);
    await stage.deploy(live('one'));
    const { value } = stage.onlyKey();

    await stage.deploy(live('two'));
    expect([stage.storedKey(stage.secret('two')), stage.secret('one').tags]).toEqual([value, { team: 'sports' }]);
    await stage.tryDeploy((stack) => failAfter(live('one')(stack)));

    expect([stage.onlyKey().value, stage.storedKey(stage.secret('two')), stage.secret('one').tags]).toEqual([value, value, { team: 'sports' }]);
  });

  test('can be replaced by a secret that the construct creates, and back', async () => {
    outside();
    await stage.deploy(live('outside'));
    const { value } = stage.onlyKey();

    await stage.deploy((stack) => new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel'), secretName: 'made' }));
    // The policy has lost the permission to take the tags off by then.
    expect(stage.aws.logs.text()).toMatch(/outside-\S+ keeps its tags/);
    expect(stage.storedKey(stage.secret('made'))).toBe(value);
    await stage.deploy(live('outside'));

    expect([stage.onlyKey().value, stage.storedKey(stage.secret('outside'))]).toEqual([value, value]);
    expect(stage.onlySecret().name).toBe('outside');
  });

  test('follows a renamed construct, and stays with the old name if the rename fails', async () => {
    outside();
    const first = await stage.deploy(live('outside'));
    const [{ value }, { tags }] = structuredClone([stage.onlyKey(), stage.secret('outside')] as const);
    expect(tags['managed-stream-key:stack']).toBe(first.id);

    await stage.tryDeploy((stack) => failAfter(live('outside', {}, 'Show')(stack)));
    expect(stage.secret('outside').tags).toEqual(tags);
    await stage.deploy(live('outside', {}, 'Show'));

    expect(stage.secret('outside').tags).toEqual({ ...tags, 'managed-stream-key:resource': expect.stringMatching(/^Show/) });
    expect([stage.onlyKey().value, stage.storedKey(stage.secret('outside'))]).toEqual([value, value]);
  });

  test('is refused if another stack uses it, and stays as it was', async () => {
    outside();
    const { id } = await stage.deploy(live('outside'), 'First');
    const before = structuredClone(stage.secret('outside'));

    await stage.tryDeploy(live('outside'), 'Second');

    expect(stage.failures('Second')).toContainEqual(expect.stringMatching(new RegExp(`holds the stream key of Live[0-9A-F]{8} of the stack ${id}, and a secret holds one`)));
    expect(stage.stack('Second').status).toBe('ROLLBACK_COMPLETE');
    expect(stage.secret('outside')).toEqual(before);
  });
});
