import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import type { Ivs, IvsChannel } from './ivs';
import type { IvsStreamKey } from './stream-keys';
import { validateTags } from './validation';
import { booleanOf, tagsOf } from '../cloudformation/property-values';
import type { Deployed, Properties, ResourceContext, ResourceType } from '../cloudformation/resource-type';
import { AwsError } from '../core/aws-error';

/** AWS::IVS::Channel: every property updates in place, and no stream key is made. */
export function channel(ivs: Ivs): ResourceType {
  return {
    properties: [
      'Name', 'Type', 'LatencyMode', 'Authorized', 'InsecureIngest', 'Preset', 'ContainerFormat', 'MultitrackInputConfiguration',
      'RecordingConfigurationArn', 'Tags',
    ],
    taggable: true,
    importable: {
      identifier: 'Arn',
      find: (value, region) => ivs.allChannels.filter(({ arn }) => arn === value && arn.split(':')[3] === region).map(deployed).pop(),
    },
    create: (properties, context) => {
      const tags = { ...wantedTags(properties), ...systemTags(context) };
      return deployed(ivs.createChannel(context.region, { ...input(properties), tags }));
    },
    update: ({ physicalId }, properties, before, { region }) => {
      const tags = retagged(ivs.channel(physicalId, region).tags, before, properties);
      return deployed(ivs.updateChannel(physicalId, { ...input(properties), tags }));
    },
    delete: ({ physicalId }) => ivs.deleteChannel(physicalId),
  };
}

/** AWS::IVS::StreamKey: its value is an attribute, in plain text. */
export function streamKey(ivs: Ivs): ResourceType {
  const present = ({ arn, value }: IvsStreamKey) => attributes(arn, { Value: value });
  return {
    properties: ['ChannelArn', 'Tags'],
    createOnly: ['ChannelArn'],
    taggable: true,
    create: (properties, context) => {
      const { arn } = ivs.channel(properties.ChannelArn, context.region);
      return present(ivs.createStreamKey(arn, { ...wantedTags(properties), ...systemTags(context) }));
    },
    update: ({ physicalId }, properties, before) => {
      const key = ivs.streamKeys.find(physicalId);
      if (!key) throw new AwsError('ResourceNotFoundException', `Resource: ${physicalId} not found`, 404);
      const tags = retagged(key.tags, before, properties);
      for (const name of Object.keys(key.tags)) delete key.tags[name];
      Object.assign(key.tags, tags);
      return present(key);
    },
    // A key that has gone is deleted.
    delete: ({ physicalId }) => ivs.deleteStreamKey(physicalId),
  };
}

/** AWS::IVS::RecordingConfiguration: it is there, and nothing is recorded. */
export function recordingConfiguration(account: string): ResourceType {
  return unchangeable(['Name', 'DestinationConfiguration', 'RecordingReconnectWindowSeconds', 'RenditionConfiguration', 'ThumbnailConfiguration'],
    (_properties, region) => attributes(arnOf(region, account, 'recording-configuration'), { State: 'ACTIVE' }));
}

/** AWS::IVS::PlaybackKeyPair: it is there, and no token is checked. */
export function playbackKeyPair(account: string): ResourceType {
  return unchangeable(['Name', 'PublicKeyMaterial'], ({ PublicKeyMaterial }, region) => {
    const der = createPublicKey(PublicKeyMaterial).export({ format: 'der', type: 'spki' });
    const Fingerprint = createHash('md5').update(der).digest('hex').replace(/..(?=.)/g, '$&:');
    return attributes(arnOf(region, account, 'playback-key'), { Fingerprint });
  });
}

/** A type of which only the tags change. */
function unchangeable(createOnly: string[], create: (properties: Properties, region: string) => Deployed): ResourceType {
  return {
    properties: [...createOnly, 'Tags'],
    createOnly,
    taggable: true,
    create: (properties, { region }) => create(properties, region),
    update: (before) => before,
    delete: () => {},
  };
}

function arnOf(region: string, account: string, type: string): string {
  return `arn:aws:ivs:${region}:${account}:${type}/${randomBytes(6).toString('hex')}`;
}

function attributes(arn: string, others: Record<string, string>): Deployed {
  return { physicalId: arn, attributes: { Arn: arn, ...others } };
}

function input(properties: Properties): Partial<IvsChannel> {
  return {
    name: properties.Name ?? '',
    type: properties.Type ?? 'STANDARD',
    latencyMode: properties.LatencyMode ?? 'LOW',
    authorized: booleanOf(properties.Authorized),
    insecureIngest: booleanOf(properties.InsecureIngest),
    preset: properties.Preset ?? '',
    containerFormat: properties.ContainerFormat ?? 'TS',
    multitrackInputConfiguration: multitrackInput(properties.MultitrackInputConfiguration),
    recordingConfigurationArn: properties.RecordingConfigurationArn ?? '',
  };
}

function wantedTags({ Tags }: Properties): Record<string, string> {
  const tags = tagsOf(Tags);
  validateTags(tags);
  return tags;
}

/** CloudFormation takes off the tags that it had put on, and leaves those of others. */
function retagged(tags: Record<string, string>, before: Properties, now: Properties): Record<string, string> {
  const old = tagsOf(before.Tags);
  return { ...Object.fromEntries(Object.entries(tags).filter(([name]) => !(name in old))), ...wantedTags(now) };
}

/** The tags that CloudFormation puts on everything of AWS::IVS, and nobody can take off. */
function systemTags({ stackId, stackName, logicalId }: ResourceContext): Record<string, string> {
  return { 'aws:cloudformation:stack-id': stackId, 'aws:cloudformation:stack-name': stackName, 'aws:cloudformation:logical-id': logicalId };
}

function multitrackInput(configuration?: Properties): IvsChannel['multitrackInputConfiguration'] {
  if (!configuration) return undefined;
  const { Enabled, MaximumResolution, Policy } = configuration;
  return { enabled: booleanOf(Enabled), maximumResolution: MaximumResolution, policy: Policy };
}

function deployed({ arn, ingestEndpoint, playbackUrl }: IvsChannel): Deployed {
  return { physicalId: arn, attributes: { Arn: arn, IngestEndpoint: ingestEndpoint, PlaybackUrl: playbackUrl } };
}
