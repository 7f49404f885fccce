import { AwsError } from '../core/aws-error';

const ADVANCED_TYPES = ['ADVANCED_SD', 'ADVANCED_HD'];
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The settings of CreateChannel and UpdateChannel. */
export interface ChannelInput {
  readonly name?: string;
  readonly type?: string;
  readonly latencyMode?: string;
  readonly preset?: string;
  readonly containerFormat?: string;
  readonly multitrackInputConfiguration?: MultitrackInput;
}

export interface MultitrackInput {
  readonly enabled?: boolean;
  readonly policy?: string;
  readonly maximumResolution?: string;
}

export function validateChannel(input: ChannelInput): void {
  const { name = '', type = 'STANDARD', latencyMode = 'LOW', preset = '', containerFormat = 'TS', multitrackInputConfiguration: multitrack = {} } = input;
  if (!/^[a-zA-Z0-9-_]{0,128}$/.test(name)) {
    throw invalid(`1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9-_]*$`);
  }
  if (!['BASIC', 'STANDARD', ...ADVANCED_TYPES].includes(type)) throw invalid(`Value '${type}' at 'type' is not a channel type`);
  if (!['NORMAL', 'LOW'].includes(latencyMode)) throw invalid(`Value '${latencyMode}' at 'latencyMode' is not a latency mode`);
  if (!['', 'HIGHER_BANDWIDTH_DELIVERY', 'CONSTRAINED_BANDWIDTH_DELIVERY'].includes(preset)) throw invalid(`Value '${preset}' at 'preset' is not a preset`);
  if (!['TS', 'FRAGMENTED_MP4'].includes(containerFormat)) throw invalid(`Value '${containerFormat}' at 'containerFormat' is not a container format`);
  if (preset && !ADVANCED_TYPES.includes(type)) throw invalid(`A preset cannot be selected for the channel type ${type}`);
  validateMultitrack(multitrack, type, containerFormat);
}

/** The preset of a channel for which none is selected. */
export function defaultPreset(type: string): string {
  return ADVANCED_TYPES.includes(type) ? 'HIGHER_BANDWIDTH_DELIVERY' : '';
}

function validateMultitrack({ enabled = false, policy, maximumResolution }: MultitrackInput, type: string, containerFormat: string): void {
  if (policy !== undefined && !['ALLOW', 'REQUIRE'].includes(policy)) throw invalid(`Value '${policy}' at 'multitrackInputConfiguration.policy' is not a policy`);
  if (maximumResolution !== undefined && !['SD', 'HD', 'FULL_HD'].includes(maximumResolution)) {
    throw invalid(`Value '${maximumResolution}' at 'multitrackInputConfiguration.maximumResolution' is not a resolution`);
  }
  if (!enabled) return;
  if (type !== 'STANDARD') throw invalid(`Multitrack input cannot be enabled for the channel type ${type}`);
  if (containerFormat !== 'FRAGMENTED_MP4') throw invalid(`Multitrack input needs the container format FRAGMENTED_MP4, not ${containerFormat}`);
  if (!policy || !maximumResolution) throw invalid('Multitrack input needs a policy and a maximumResolution');
}

/** The error for a token that no answer had. */
export function invalidToken(nextToken: string): AwsError {
  return invalid(`The nextToken ${nextToken} is invalid`);
}

/**
 * @param tags the tags that a caller adds
 * @param present the tags that the resource has; those of AWS do not count
 */
export function validateTags(tags: Record<string, string> = {}, present: Record<string, string> = {}): void {
  validateTagKeys(Object.keys(tags));
  if (Object.keys({ ...present, ...tags }).filter((key) => !isOfAws(key)).length > 50) throw invalid('A resource may have 50 tags at most');
  for (const [key, value] of Object.entries(tags)) {
    if (value.length > 256 || !TAG_CHARACTERS.test(value)) throw invalid(`Invalid tag value of ${key}`);
  }
}

export function validateTagKeys(keys: string[]): void {
  for (const key of keys) {
    if (isOfAws(key)) throw invalid(`Tag keys that begin with aws: are reserved for AWS, got: ${key}`);
    if (key.length < 1 || key.length > 128 || !TAG_CHARACTERS.test(key)) throw invalid(`Invalid tag key: ${key}`);
  }
}

function isOfAws(tagKey: string): boolean {
  return tagKey.startsWith('aws:');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
