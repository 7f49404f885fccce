import type { Gap } from './gap';
import { KeyChanged } from './key-changed';
import type { KeyMemory } from './memory';
import type { Observed } from './observe';
import { put, versionIds } from './secret-version';
import { stagesOf } from './staging-labels';
import { secretValue } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import { Metric } from '../../src/contract/metrics';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { OpenStreamKey } from '../aws/ivs';
import { advice } from '../report/explain';
import { log, measure } from '../report/log';

/** Stores a key in its secret, and returns the id of the version. */
export async function store(aws: Aws, wanted: WantedStreamKey, observed: Observed, key: OpenStreamKey, memory: KeyMemory, gap: Gap): Promise<string> {
  const { channelArn, secretArn, rotation } = wanted;
  const persistent = gap.isOpen ? aws.retryingEverything(once((error) => logNotStored(error, wanted, key.arn))) : aws;
  const versionId = await put(persistent, {
    secretArn,
    ids: versionIds(key.arn, memory, observed),
    json: secretValue(observed.channel, key),
    storing: (id) => ({ stages: stagesOf(id, observed.secret, rotation), rotationToken: rotation.rotationToken }),
  });
  const milliseconds = gap.close();
  if (milliseconds !== undefined) measure('stored', channelArn, { [Metric.GAP]: milliseconds }, { streamKeyArn: key.arn, secretArn, versionId });

  // A rotation and a deployment may have run at the same time: the last version in the secret must hold the key that exists.
  const last = await aws.ivs.findStreamKey(channelArn);
  if (last?.arn !== key.arn) throw new KeyChanged('the channel has another stream key than the one that was stored');
  return versionId;
}

/** Logs at once that the secret holds a dead key until the new one is stored: the attempts may go on for minutes. */
function logNotStored(error: Error, { channelArn, secretArn }: WantedStreamKey, streamKeyArn: string): void {
  const failure = new CallFailure('secretsmanager:PutSecretValue', error);
  const why = `${failure.name}: ${failure.message} ${advice(failure, { task: 'Rotation', channelArn, secretArn, again: 'It is retried.' })}`;
  log('new stream key not stored yet', { channelArn, secretArn, streamKeyArn, error: failure.name, why });
}

function once<T>(act: (argument: T) => void): (argument: T) => void {
  let isDone = false;
  return (argument) => {
    if (!isDone) act(argument);
    isDone = true;
  };
}
