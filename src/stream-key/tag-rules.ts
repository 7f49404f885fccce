import { isReservedTag, MAX_OWN_TAGS, MAX_TAGS, RESERVED_PREFIX } from '../contract/tags';
import { describe } from '../core/prop-error';

/** The faults of the tags, which are known when all aspects have run. The construct's own tags on the secret are no faults. */
export function findTagFaults(streamKeyTags: string[], secretTags: string[]): string[] {
  return [...findReserved(streamKeyTags), ...findTooMany(streamKeyTags, secretTags)];
}

function findReserved(names: string[]): string[] {
  const aws = names.filter((name) => name.startsWith('aws:')).map((got) => describe({
    prop: 'Tags', rule: 'must not have names that begin with aws:, which AWS reserves', got, advice: 'Choose another name',
  }));
  const ours = names.filter(isReservedTag).map((got) => describe({
    prop: 'Tags', rule: `must not have names that begin with ${RESERVED_PREFIX}, which the construct reserves`, got, advice: 'Choose another name',
  }));
  return [...aws, ...ours];
}

/** The tags of the key and of the secret differ: filters by resource type choose. */
function findTooMany(streamKeyTags: string[], secretTags: string[]): string[] {
  const counts = [
    { type: 'AWS::IVS::StreamKey', name: 'stream key', got: streamKeyTags.length },
    { type: 'AWS::SecretsManager::Secret', name: 'secret', got: secretTags.filter((name) => !isReservedTag(name)).length },
  ];
  const full = counts.filter(({ got }) => got > MAX_OWN_TAGS);
  const advice = `Leave some out with Tags.of(…).add(…, { excludeResourceTypes: [${full.map(({ type }) => `'${type}'`).join(', ')}] })`;
  return full.map(({ name, got }) => describe({
    prop: 'Tags',
    rule: `must be ${MAX_OWN_TAGS} at most on the ${name}: AWS accepts ${MAX_TAGS}, and the construct reserves the others`,
    got,
    advice,
  }));
}
