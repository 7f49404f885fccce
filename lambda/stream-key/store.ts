import type { PresentKey } from './ensure';
import { KeyChanged, unlessChanged } from './key-changed';
import type { Seen } from './observe';
import type { Replacement } from './replacement';
import { currentVersionWith, put, versionIds } from './secret-version';
import { stagesOf } from './staging-labels';
import { secretValue } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import { requireWritable } from './writable';
import { Metric } from '../../src/contract/metrics';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
import { advice } from '../report/explain';
import { log, measure } from '../report/log';
import { Refusal } from '../report/refusal';

/** Sees to it that the secret holds the key, and returns the id of the version that does. */
export async function store(
  aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, key: PresentKey, replacement: Replacement,
): Promise<string> {
  const { channelArn, secretArn, rotation } = wanted;
  const stored = currentVersionWith(key.arn, key.memory, seen);
  if (stored && !wanted.mayBeStale) return stored;

  requireWritable(seen, wanted);
  const value = key.value ?? await unlessChanged(aws, channelArn, seen.key!, async () => (await aws.getStreamKey(key.arn)).value);
  if (!value) throw new Refusal(`IVS made the stream key ${key.arn} without a value. Delete it with "aws ivs delete-stream-key --arn ${key.arn}" and deploy again.`);

  const { deletedAt } = replacement;
  const patiently = deletedAt === undefined ? aws : aws.insisting(once((error) => sayNotStored(error, wanted, key)));
  const versionId = await put(patiently, patience, {
    secretArn,
    ids: versionIds(key.arn, key.memory, seen),
    json: secretValue(seen.channel, { arn: key.arn, value }),
    storing: (id) => ({ stages: stagesOf(id, seen.secret, rotation), rotationToken: rotation.rotationToken }),
  });
  if (deletedAt !== undefined) {
    measure('stored', channelArn, { [Metric.GAP]: Math.round(performance.now() - deletedAt) }, { streamKeyArn: key.arn, secretArn, versionId });
    replacement.deletedAt = undefined;
  }

  // A rotation and a deployment at the same time: the last word in the secret has to be the key that exists.
  const last = await aws.findStreamKey(channelArn);
  if (last?.arn !== key.arn) throw new KeyChanged('the channel has another stream key than the one that was stored');
  return versionId;
}

/** Says at once that the secret holds a dead key until the new one can be stored: the attempts may go on for minutes. */
function sayNotStored(error: Error, { channelArn, secretArn }: WantedStreamKey, { arn }: PresentKey): void {
  const failure = new CallFailure('secretsmanager:PutSecretValue', error);
  const why = `${failure.name}: ${failure.message} ${advice(failure, { task: 'Rotation', channelArn, secretArn, again: 'It is tried again.' })}`;
  log('new stream key not stored yet', { channelArn, secretArn, streamKeyArn: arn, error: failure.name, why });
}

function once<T>(act: (argument: T) => void): (argument: T) => void {
  let isDone = false;
  return (argument) => {
    if (!isDone) act(argument);
    isDone = true;
  };
}
