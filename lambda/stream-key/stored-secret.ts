import { createHash } from 'node:crypto';
import type { Channel } from '@aws-sdk/client-ivs';
import type { KeyMemory } from './memory';
import { SecretField } from '../../src/contract/secret-field';
import type { OpenStreamKey } from '../aws/ivs';

/**
 * The JSON in the secret: each consumer finds its own form.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/streaming-config.html
 */
export function secretValue(channel: Channel, key: OpenStreamKey): string {
  const rtmpsServer = `rtmps://${channel.ingestEndpoint}:443/app/`;
  const fields: Record<SecretField, string | undefined> = {
    [SecretField.CHANNEL_ARN]: channel.arn,
    [SecretField.STREAM_KEY_ARN]: key.arn,
    [SecretField.STREAM_KEY]: key.value,
    [SecretField.INGEST_ENDPOINT]: channel.ingestEndpoint,
    [SecretField.RTMPS_SERVER]: rtmpsServer,
    [SecretField.RTMPS_URL]: rtmpsServer + key.value,
    ...rtmpFields(channel, key),
    ...srtFields(channel, key),
    [SecretField.PLAYBACK_URL]: channel.playbackUrl,
  };
  return JSON.stringify(fields);
}

type RtmpField = SecretField.RTMP_SERVER | SecretField.RTMP_URL;
type SrtField = SecretField.SRT_SERVER | SecretField.SRT_STREAM_ID | SecretField.SRT_PASSPHRASE | SecretField.SRT_URL;

/** Absent unless the channel allows insecure ingest. */
function rtmpFields({ ingestEndpoint, insecureIngest }: Channel, key: OpenStreamKey): Record<RtmpField, string | undefined> {
  const server = insecureIngest ? `rtmp://${ingestEndpoint}/app/` : undefined;
  return { [SecretField.RTMP_SERVER]: server, [SecretField.RTMP_URL]: server && server + key.value };
}

/** Absent without a passphrase: then the channel has no SRT, because insecure ingest is on. */
function srtFields({ srt: { endpoint, passphrase } = {} }: Channel, key: OpenStreamKey): Record<SrtField, string | undefined> {
  const server = endpoint && passphrase ? `srt://${endpoint}:9000` : undefined;
  const query = `streamid=${encodeURIComponent(key.value)}&passphrase=${encodeURIComponent(passphrase ?? '')}`;
  return {
    [SecretField.SRT_SERVER]: server,
    [SecretField.SRT_STREAM_ID]: server && key.value,
    [SecretField.SRT_PASSPHRASE]: server && passphrase,
    [SecretField.SRT_URL]: server && `${server}?${query}`,
  };
}

/**
 * The id of the version that holds a key: the token of the rotation that created the key, as long as the other fields are the same;
 * else a digest of all fields, with the ARN in place of the value.
 *
 * It follows from the observed state, so that a repeated request stores the same version,
 * and the secret need not be read to see whether it is right.
 */
export function secretVersionId(channel: Channel, keyArn: string, { rotations: [token] = [], content }: Pick<KeyMemory, 'rotations' | 'content'>): string {
  return token && content === contentDigest(channel) ? token : digest(channel, keyArn);
}

/** The digest of the fields besides the key. */
export function contentDigest(channel: Channel): string {
  return digest(channel, '');
}

function digest(channel: Channel, keyArn: string): string {
  return createHash('sha256').update(secretValue(channel, { arn: keyArn, value: keyArn })).digest('hex');
}
