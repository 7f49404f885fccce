import type { World } from './world';
import { holderOf, pendingVersionOf } from '../../local-aws/secrets-manager/secret';
import { SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';

const HOUR = 3_600_000;
/** A rotation counts as dead, and a fight as over, only after an hour: one look that changes nothing is not enough. */
const UNCHANGED = 2;
/** The looks within which everything is as it should be. */
const MOST_LOOKS = 10;

/** Lets looks and deliveries follow until nothing changes any more. Returns what is wrong. */
export async function settle(world: World): Promise<string[]> {
  world.watch.begin('settle');
  world.dropFault();
  for (let look = 0, unchanged = 0; look < MOST_LOOKS; look++) {
    const before = world.snapshot();
    const calls = world.aws.endpoint.calls.all.length;
    await world.pass(HOUR);
    unchanged = before === world.snapshot() ? unchanged + 1 : 0;
    if (unchanged < UNCHANGED) continue;
    const writes = world.watch.writesSince(calls);
    return writes.length ? [`a look that changes nothing makes the calls ${writes}`] : [];
  }
  return [`after ${MOST_LOOKS} looks, each still changes something`];
}

/** What is wrong once everything has settled, in words. */
export function faultsIn(world: World): string[] {
  const { stack, aws, queueArns: [, deadLetters], watch } = world;
  return [
    ...(stack.deployed.status.endsWith('FAILED') ? [`the stack is ${stack.deployed.status}: ${stack.deployed.statusReason}`] : []),
    ...aws.sqs.messagesOf(deadLetters).map(({ body }) => `a dead letter: ${body}`),
    ...watch.leaks(world.queueArns).map((place) => `the value of a key, or a passphrase, is in ${place}`),
    ...world.channels.flatMap((_, index) =>
      [...faultsOfKey(world, index), ...faultsOfDeeds(world, index)].map((fault) => `channel ${index}: ${fault}`)),
  ];
}

/** What is wrong with a channel's key and its secret. */
function faultsOfKey(world: World, index: number): string[] {
  const construct = world.keys[index];
  const [key, secret] = [world.keyOf(index), world.secretOf(index)];
  if (!construct) return [];
  if (!secret) return ['there is no secret'];
  if (secret.deleted) return world.logged('repair needed', index).length ? [] : ['nobody is told that the secret is scheduled for deletion'];
  if (!key) return ['there is no key'];

  const { value = '{}' } = secret.versions.get(holderOf(secret, 'AWSCURRENT') ?? '') ?? {};
  const stored = JSON.parse(value);
  const { ingestEndpoint, srt } = world.channels[index];
  const isDeferred = 'managed-stream-key:due' in key.tags;
  return [
    ...(stored.streamKey === key.value && stored.streamKeyArn === key.arn ? [] : ['the secret does not hold the key']),
    ...(stored.ingestEndpoint === ingestEndpoint ? [] : ['the secret has another ingest endpoint']),
    ...(stored.srtPassphrase === srt.passphrase ? [] : ['the secret has another passphrase']),
    ...(world.isOwned(index) ? [] : [`the key has the tags ${JSON.stringify(key.tags)}`]),
    ...(secret.tags[SecretTag.CHANNEL] === world.channels[index].arn ? [] : [`the secret has the tags ${JSON.stringify(secret.tags)}`]),
    ...(isDeferred && !world.isLive(index) ? ['a rotation is still deferred'] : []),
    ...(Number(key.tags['managed-stream-key:serial']) < construct.serial && !isDeferred ? ['the key was made for a lower serial'] : []),
    ...('managed-stream-key:unfinished' in key.tags ? ['a rotation is not finished'] : []),
    ...(pendingVersionOf(secret) && !isDeferred ? ['AWSPENDING is left over'] : []),
  ];
}

/** What the handler should not have done to a channel. */
function faultsOfDeeds(world: World, index: number): string[] {
  const { arn } = world.channels[index];
  const asked = world.asked[index];
  const deletions = world.watch.deletions.filter(({ channelArn }) => channelArn === arn);
  const live = deletions.filter(({ isLive }) => isLive);
  const stops = world.watch.stops.filter(({ channelArn }) => channelArn === arn);
  const tokens = world.tokensOf(index);
  const most = asked.serials + asked.removals + asked.ends + asked.collisions + tokens;
  const repairs = world.logged('repaired', index);
  // CloudTrail may tell of two calls of one change, and two looks at the same time put it right.
  const mostRepairs = 2 * asked.hands + asked.collisions + asked.undoneRenames + world.faults;
  return [
    ...(deletions.length > most ? [`${deletions.length} keys were deleted after ${JSON.stringify({ ...asked, tokens })}, which asks for ${most}`] : []),
    ...live.filter(({ whileLive }) => whileLive === WhileLive.DEFER).map(({ during }) => `a key was deleted while live under DEFER: ${during}`),
    ...live.filter(({ isByMessage }) => isByMessage).map(({ during }) => `a key was deleted while live, which nobody has asked for: ${during}`),
    ...stops.filter(({ whileLive }) => whileLive !== WhileLive.DISCONNECT).map(({ during }) => `a stream was stopped: ${during}`),
    ...(repairs.length > mostRepairs ? [`${repairs.length} repairs after ${JSON.stringify(asked)} and ${world.faults} faults`] : []),
  ];
}
