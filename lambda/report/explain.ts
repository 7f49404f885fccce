import { Refusal } from './refusal';
import { IVS_REGIONS } from '../../src/contract/ivs-regions';
import { CallFailure } from '../aws/call-failure';

/** The attempt that failed. */
export interface Attempt {
  /** For example `Update`. */
  readonly task: string;
  readonly channelArn: string;
  readonly secretArn: string;
  /** Whether the construct created the channel. @default - unknown */
  readonly managesChannel?: boolean;
  /** The way to repeat it, for example `Deploy again.` */
  readonly again: string;
}

/** Called on user-supplied secrets only. */
const TAG_SECRET = 'secretsmanager:TagResource';
/** The calls whose missing resource is the stream key, not its channel. */
const ABOUT_A_KEY = ['ivs:GetStreamKey', 'ivs:DeleteStreamKey', 'ivs:TagResource', 'ivs:UntagResource'];

/** Secrets Manager encrypts on the caller's behalf: the role needs these besides the call itself. */
const USE_KMS_KEY = 'The handler\'s role has to be allowed kms:GenerateDataKey and kms:Decrypt on the secret\'s KMS key, through Secrets Manager. '
  + 'Give the key to the construct as encryptionKey, or allow both in the policy of the key.';

/** The advice for an error, by its name and, where that is not enough, by the action that failed. */
export function advice({ action, name, message, waited }: CallFailure, attempt: Attempt): string {
  const { channelArn, secretArn, again } = attempt;
  const aboutTheSecret = action.startsWith('secretsmanager:');
  switch (name) {
    case 'ResourceNotFoundException':
      if (ABOUT_A_KEY.includes(action)) return `IVS shows the stream key, and does not find it. ${again}`;
      return aboutTheSecret
        ? `The secret ${secretArn} does not exist${action === TAG_SECRET ? '. Check the secret that the construct was given.'
          : ': it was deleted outside the stack. Give the construct another secretName, so that CloudFormation makes a new one.'}`
        : aboutMissingChannel(attempt);
    case 'NoEndpoint':
      return `Amazon IVS has no endpoint in ${channelArn.split(':')[3]}; when this version was made, it had channels in ${IVS_REGIONS.join(', ')}. `
        + 'Give the construct a channel in one of these regions.';
    case 'AccessDeniedException':
      if (aboutTheSecret && /\bKMS\b/.test(message)) return refusedFor(waited) + USE_KMS_KEY;
      return `The handler's role has to be allowed ${action}${aboutTheSecret && action !== TAG_SECRET ? ' on the secret, which must exist and have the tag managed-stream-key:stack' : ''}. `
        + refusedFor(waited)
        + 'Look for a permissions boundary, a service control policy or a key policy that forbids it.';
    case 'ServiceQuotaExceededException':
      return `IVS allows one stream key per channel and says that there is one, yet shows none. ${again}`;
    case 'LimitExceededException':
      return `The secret has as many versions as Secrets Manager keeps, and none is older than 24 hours. Rotate less often. ${again}`;
    case 'PendingVerification':
      return 'AWS is still verifying the account. Wait for its mail, or open a case with AWS Support, and deploy again.';
    case 'ValidationException':
      return 'Correct the property that it names.';
    case 'DecryptionFailure':
    case 'EncryptionFailure':
      return 'Check that the secret\'s KMS key is enabled and that its policy allows the handler\'s role to use it.';
    case 'InvalidRequestException':
      return `Look at the secret with "aws secretsmanager describe-secret --secret-id ${secretArn}".`;
    default:
      return again;
  }
}

function aboutMissingChannel({ channelArn, managesChannel }: Attempt): string {
  switch (managesChannel) {
    case true:
      return `The channel ${channelArn}, which the construct made, was deleted outside the stack, and its stream key with it. CloudFormation does not notice that. `
        + 'Deploy the construct under another id (and with another secretName, if it has one): that makes another channel.';
    case false:
      return `The channel ${channelArn} does not exist in that region and account. Check the channel that the construct was given.`;
    default:
      return `The channel ${channelArn} does not exist: it was deleted. If the construct was given the channel, give it another one; `
        + 'if it made the channel, deploy the construct under another id.';
  }
}

/** A changed policy takes a while to come into force, and that was waited for. */
function refusedFor(waited: number): string {
  const seconds = Math.round(waited / 1000);
  return seconds ? `It was refused for ${seconds} second${seconds === 1 ? '' : 's'}: a policy that was changed just before should be in force by now. ` : '';
}

/** The reason for the reader of a stack event or the log: the channel, the step, the error of AWS and the advice. Never a value. */
export function explain(error: unknown, attempt: Attempt): string {
  if (error instanceof Refusal) return error.message;
  const where = `${attempt.task} of the stream key of ${attempt.channelArn}`;
  if (error instanceof CallFailure) {
    return `${where} failed at ${error.action}: ${error.name}: ${error.message.replace(/\.?$/, '.')} ${advice(error, attempt)}`;
  }
  return `${where} failed: ${(error as Error).message}. ${attempt.again.replace(/\.$/, '')}; if it stays, see the log group of the handler.`;
}
