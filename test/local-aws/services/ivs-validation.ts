import { AwsError } from '../aws-error';

const ARNS = {
  'channel': /^arn:aws:ivs:[a-z0-9-]+:[0-9]+:channel\/[a-zA-Z0-9-]+$/,
  'stream-key': /^arn:aws:ivs:[a-z0-9-]+:[0-9]+:stream-key\/[a-zA-Z0-9-]+$/,
};
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What IVS refuses with a ValidationException. */
export function validateArn(type: keyof typeof ARNS, arn: string): void {
  if (!ARNS[type].test(arn) || arn.length > 128) throw invalid(`1 validation error detected: Value '${arn}' is not the ARN of a ${type}`);
}

export function validateChannel({ name = '', type = 'STANDARD', latencyMode = 'LOW', tags = {} }: { name?: string; type?: string; latencyMode?: string; tags?: Record<string, string> }): void {
  if (!/^[a-zA-Z0-9-_]{0,128}$/.test(name)) {
    throw invalid(`1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9-_]*$`);
  }
  if (!['BASIC', 'STANDARD', 'ADVANCED_SD', 'ADVANCED_HD'].includes(type)) throw invalid(`Value '${type}' at 'type' is not a channel type`);
  if (!['NORMAL', 'LOW'].includes(latencyMode)) throw invalid(`Value '${latencyMode}' at 'latencyMode' is not a latency mode`);
  validateTags(tags);
}

export function validateMaxResults(maxResults: number, most: number): void {
  if (maxResults < 1 || maxResults > most) throw invalid(`maxResults must be between 1 and ${most}`);
}

export function validateTags(tags: Record<string, string>): void {
  const entries = Object.entries(tags);
  if (entries.length > 50) throw invalid('A resource may have 50 tags at most');
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128 || !TAG_CHARACTERS.test(key) || key.startsWith('aws:')) throw invalid(`Invalid tag key: ${key}`);
    if (value.length > 256 || !TAG_CHARACTERS.test(value)) throw invalid(`Invalid tag value of ${key}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
