import { ADOPT_TAG, KeyTag, MAX_OWN_TAGS, MAX_TAGS, SecretTag } from '../contract/tags';
import { describe } from '../core/prop-error';

const RESERVED: ReadonlySet<string> = new Set([...Object.values(KeyTag), ...Object.values(SecretTag), ADOPT_TAG]);

/** The faults of the tags, which are known when all aspects have run. */
export function findTagFaults(streamKeyTags: string[], secretTags: string[]): string[] {
  return [...findReserved(streamKeyTags), ...findTooMany(streamKeyTags, secretTags)];
}

function findReserved(names: string[]): string[] {
  const aws = names.filter((name) => name.startsWith('aws:')).map((got) => describe({
    prop: 'Tags', rule: 'must not have names that begin with aws:, which AWS keeps for itself', got, advice: 'Choose another name',
  }));
  const ours = names.filter((name) => RESERVED.has(name)).map((got) => describe({
    prop: 'Tags', rule: 'must not have the names in which the stream key and its secret remember whose they are', got, advice: 'Choose another name',
  }));
  return [...aws, ...ours];
}

/** Both may have more tags than the other: filters by resource type choose. */
function findTooMany(streamKeyTags: string[], secretTags: string[]): string[] {
  const own = secretTags.filter((name) => !RESERVED.has(name)).length;
  const most = MAX_TAGS - (secretTags.length - own);
  const isKeyFull = streamKeyTags.length > MAX_OWN_TAGS;
  const isSecretFull = own > most;
  const types = [...(isKeyFull ? ['AWS::IVS::StreamKey'] : []), ...(isSecretFull ? ['AWS::SecretsManager::Secret'] : [])];
  const fault = (limit: number, where: string, got: number) => describe({
    prop: 'Tags',
    rule: `must be ${limit} at most on the ${where}: AWS accepts ${MAX_TAGS}, and the construct needs the others`,
    got,
    advice: `Leave some out with Tags.of(…).add(…, { excludeResourceTypes: [${types.map((type) => `'${type}'`).join(', ')}] })`,
  });
  return [
    ...(isKeyFull ? [fault(MAX_OWN_TAGS, 'stream key', streamKeyTags.length)] : []),
    ...(isSecretFull ? [fault(most, 'secret', own)] : []),
  ];
}
