import { DeployedHandler } from './support/deployed-handler';
import { AT_ONCE_AFTER_STREAM, Live } from './support/live';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

const HOUR = 3_600_000;
const MINUTE = 60_000;

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start({}); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

const tick = () => handler.pass(HOUR);
const keyOf = ({ channel }: Live) => handler.channels.keyOf(channel)!;

async function live(...more: Parameters<DeployedHandler['live']>): Promise<Live> {
  const made = await handler.live(...more);
  await handler.aws.eventBridge.idle();
  return made;
}

/** A broadcast that has ended, with the rotation that follows if one is wanted. */
async function broadcast(key: Live): Promise<void> {
  await handler.encoder.publish(key);
  await handler.encoder.disconnect(key);
  await handler.pass(MINUTE);
}

describe('a secret whose tags somebody has changed has those of the last deployment again:', () => {
  test.each([SecretTag.WHILE_LIVE, SecretTag.ROTATE_AFTER_STREAM, SecretTag.RECONNECT_WINDOW, KeyTag.SERIAL])('without %s', async (name) => {
    const changed = await live({ WhileLive: WhileLive.DISCONNECT, ...AT_ONCE_AFTER_STREAM });
    const { [name]: value } = changed.secret.tags;
    delete changed.secret.tags[name];

    await tick();

    expect(value).toBeDefined();
    expect(changed.secret.tags[name]).toBe(value);
    expect(handler.logged('repaired', changed.channel)).toMatchObject([{ Repairs: 1, faults: ['the secret has other tags'] }]);
  });

  test('without any', async () => {
    const changed = await live({ WhileLive: WhileLive.DISCONNECT, ...AT_ONCE_AFTER_STREAM });
    const before = { ...changed.secret.tags };
    for (const name of Object.keys(before)) if (name.startsWith('managed-stream-key:')) delete changed.secret.tags[name];

    await tick();

    expect(changed.secret.tags).toMatchObject(before);
  });

  test('with another channel', async () => {
    const changed = await live();
    const other = handler.channels.create();
    changed.secret.tags[SecretTag.CHANNEL] = other.arn;

    await tick();

    expect(changed.secret.tags[SecretTag.CHANNEL]).toBe(changed.channel.arn);
    expect(handler.channels.keyOf(other)).toBeUndefined();
  });

  test('with one that it should not have, which becomes empty', async () => {
    const changed = await live();
    changed.secret.tags[SecretTag.ROTATE_AFTER_STREAM] = 'true';

    await tick();
    handler.calls.take();
    await tick();

    expect(changed.secret.tags[SecretTag.ROTATE_AFTER_STREAM]).toBe('');
    expect(handler.calls.take()).not.toContain('secretsmanager:TagResource');
  });
});

describe('somebody who may only change the tags of a secret', () => {
  const tamper = ({ secret: { tags } }: Live) => Object.assign(tags, { [KeyTag.SERIAL]: '99', [SecretTag.ROTATE_AFTER_STREAM]: 'true', [SecretTag.RECONNECT_WINDOW]: '0' });

  test('cannot have a look rotate the key, or make the next serials void', async () => {
    const changed = await live();
    await broadcast(changed);
    const { arn } = keyOf(changed);
    tamper(changed);

    await tick();
    const kept = keyOf(changed).arn;
    await handler.cloudFormation.deploy(changed, { Serial: '2' });

    expect(kept).toBe(arn);
    expect(keyOf(changed).arn).not.toBe(arn);
  });

  test('cannot have the end of a broadcast rotate the key', async () => {
    const changed = await live();
    const { arn } = keyOf(changed);
    tamper(changed);

    await broadcast(changed);

    expect(keyOf(changed).arn).toBe(arn);
  });
});

describe('a key that was rotated after the last broadcast is not rotated again for it', () => {
  test('when somebody has replaced it by another', async () => {
    const replaced = await live(AT_ONCE_AFTER_STREAM);
    await broadcast(replaced);
    handler.aws.ivs.deleteStreamKey(keyOf(replaced).arn);
    const { value } = handler.aws.ivs.createStreamKey(replaced.channel.arn, {});

    await tick();
    await tick();

    expect(keyOf(replaced).value).toBe(value);
    handler.expectKeyStored(replaced);
  });

  test('when somebody has taken its tags off', async () => {
    const untagged = await live(AT_ONCE_AFTER_STREAM);
    await broadcast(untagged);
    const { value, tags } = keyOf(untagged);
    for (const name of Object.keys(tags)) delete tags[name];

    await tick();
    await tick();

    expect(keyOf(untagged)).toMatchObject({ value, tags: { [KeyTag.STACK]: handler.stackId } });
  });
});

test('a key that has lost its tags during a broadcast is rotated after it all the same', async () => {
  const untagged = await live(AT_ONCE_AFTER_STREAM);
  await handler.pass(MINUTE);
  await handler.encoder.publish(untagged);
  const { arn, tags } = keyOf(untagged);
  for (const name of Object.keys(tags)) delete tags[name];
  await handler.pass(MINUTE);
  await handler.encoder.disconnect(untagged);

  await tick();
  await tick();

  expect(keyOf(untagged).arn).not.toBe(arn);
  handler.expectKeyStored(untagged);
});
