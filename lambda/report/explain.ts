import { Refusal } from './refusal';
import { CallFailure } from '../aws/call-failure';

/** What failed, and how it is tried again. */
export interface Attempt {
  /** Such as `Update`. */
  readonly task: string;
  readonly channelArn: string;
  readonly secretArn: string;
  /** Such as `Deploy again.` */
  readonly again: string;
}

/** What only happens to a secret that the construct was given. */
const TAG_SECRET = 'secretsmanager:TagResource';

/** Secrets Manager encrypts on the caller's behalf: it needs these where the call itself is allowed. */
const USE_KMS_KEY = 'The handler\'s role has to be allowed kms:GenerateDataKey and kms:Decrypt on the secret\'s KMS key, through Secrets Manager. '
  + 'Give the key to the construct as encryptionKey, or allow both in the policy of the key.';

/** What to do about an error, by its name and, where that is not enough, by the action that met it. */
export function advice({ action, name, message }: CallFailure, { channelArn, secretArn, again }: Attempt): string {
  const aboutTheSecret = action.startsWith('secretsmanager:');
  switch (name) {
    case 'ResourceNotFoundException':
      return aboutTheSecret
        ? `The secret ${secretArn} does not exist${action === TAG_SECRET ? '. Check the secret that the construct was given.'
          : ': it was deleted outside the stack. Give the construct another secretName, so that CloudFormation makes a new one.'}`
        : `The channel ${channelArn} does not exist, or not in that region and account. Check the channel that the construct was given.`;
    case 'AccessDeniedException':
      if (aboutTheSecret && /\bKMS\b/.test(message)) return USE_KMS_KEY;
      return `The handler's role has to be allowed ${action}${aboutTheSecret && action !== TAG_SECRET ? ' on the secret, which must exist and have the tag managed-stream-key:stack' : ''}. `
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

/** The reason that a person gets to see: which channel, which step, what AWS said and what to do. Never a value. */
export function explain(error: unknown, attempt: Attempt): string {
  if (error instanceof Refusal) return error.message;
  const where = `${attempt.task} of the stream key of ${attempt.channelArn}`;
  if (error instanceof CallFailure) {
    return `${where} failed at ${error.action}: ${error.name}: ${error.message.replace(/\.?$/, '.')} ${advice(error, attempt)}`;
  }
  return `${where} failed: ${(error as Error).message}. ${attempt.again.replace(/\.$/, '')}; if it stays, see the log group of the handler.`;
}
