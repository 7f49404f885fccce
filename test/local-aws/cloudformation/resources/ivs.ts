import type { Ivs, IvsChannel } from '../../services/ivs';
import type { Deployed, Properties, ResourceType } from '../resource-type';
import { booleanOf, tagsOf } from './values';

/** AWS::IVS::Channel: every property updates in place, and no stream key is made. */
export function channel(ivs: Ivs): ResourceType {
  return {
    properties: ['Name', 'Type', 'LatencyMode', 'Authorized', 'InsecureIngest', 'RecordingConfigurationArn', 'Tags'],
    taggable: true,
    create: (properties, { region }) => deployed(ivs.createChannel(region, input(properties))),
    update: ({ physicalId }, properties) => deployed(ivs.updateChannel(physicalId, input(properties))),
    delete: ({ physicalId }) => ivs.deleteChannel(physicalId),
  };
}

function input({ Name, Type, LatencyMode, Authorized, InsecureIngest, RecordingConfigurationArn, Tags }: Properties): Partial<IvsChannel> {
  return {
    name: Name ?? '',
    type: Type ?? 'STANDARD',
    latencyMode: LatencyMode ?? 'LOW',
    authorized: booleanOf(Authorized),
    insecureIngest: booleanOf(InsecureIngest),
    recordingConfigurationArn: RecordingConfigurationArn ?? '',
    tags: tagsOf(Tags),
  };
}

function deployed({ arn, ingestEndpoint, playbackUrl }: IvsChannel): Deployed {
  return { physicalId: arn, attributes: { Arn: arn, IngestEndpoint: ingestEndpoint, PlaybackUrl: playbackUrl } };
}
