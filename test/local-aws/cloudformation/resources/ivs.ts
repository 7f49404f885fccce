import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import type { Ivs, IvsChannel } from '../../services/ivs';
import type { Deployed, Properties, ResourceType } from '../resource-type';
import { booleanOf, tagsOf } from './values';

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
    create: (properties, { region }) => deployed(ivs.createChannel(region, input(properties))),
    update: ({ physicalId }, properties) => deployed(ivs.updateChannel(physicalId, input(properties))),
    delete: ({ physicalId }) => ivs.deleteChannel(physicalId),
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
    tags: tagsOf(properties.Tags),
  };
}

function multitrackInput(configuration?: Properties): IvsChannel['multitrackInputConfiguration'] {
  if (!configuration) return undefined;
  const { Enabled, MaximumResolution, Policy } = configuration;
  return { enabled: booleanOf(Enabled), maximumResolution: MaximumResolution, policy: Policy };
}

function deployed({ arn, ingestEndpoint, playbackUrl }: IvsChannel): Deployed {
  return { physicalId: arn, attributes: { Arn: arn, IngestEndpoint: ingestEndpoint, PlaybackUrl: playbackUrl } };
}
