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
    create: (properties, { region }) => deployed(ivs.createChannel(region, input(properties))),
    update: ({ physicalId }, properties) => deployed(ivs.updateChannel(physicalId, input(properties))),
    delete: ({ physicalId }) => ivs.deleteChannel(physicalId),
  };
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
