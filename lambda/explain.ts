import { CallFailure } from './call-failure';
import { Refusal } from './refusal';
import type { CloudFormationRequest } from './request';

/** What to do about an error, by its name and, where that is not enough, by the action that met it. */
function advice({ action, name }: CallFailure, { ChannelArn, SecretArn }: CloudFormationRequest['ResourceProperties']): string {
  const aboutTheSecret = action.startsWith('secretsmanager:');
  switch (name) {
    case 'ResourceNotFoundException':
      return aboutTheSecret
        ? `The secret ${SecretArn} does not exist: it was deleted outside the stack. Give the construct another secretName, so that CloudFormation makes a new one.`
        : `The channel ${ChannelArn} does not exist, or not in that region and account. Check the channel that the construct was given.`;
    case 'AccessDeniedException':
      return `The handler's role has to be allowed ${action}${aboutTheSecret ? ' on the secret, which must exist and have the tag managed-stream-key:stack' : ''}. `
        + 'Look for a permissions boundary, a service control policy or a key policy that forbids it.';
    case 'ServiceQuotaExceededException':
      return 'IVS allows one stream key per channel and says that there is one, yet shows none. Deploy again.';
    case 'PendingVerification':
      return 'AWS is still verifying the account. Wait for its mail, or open a case with AWS Support, and deploy again.';
    case 'ValidationException':
      return 'Correct the property that it names.';
    case 'DecryptionFailure':
    case 'EncryptionFailure':
      return 'Check that the secret\'s KMS key is enabled and that its policy allows the handler\'s role to use it.';
    case 'InvalidRequestException':
      return `Look at the secret with "aws secretsmanager describe-secret --secret-id ${SecretArn}".`;
    default:
      return 'Deploy again.';
  }
}

/** The reason that the stack event shows: which channel, which step, what AWS said and what to do. Never a value. */
export function explain(error: unknown, { RequestType, ResourceProperties }: CloudFormationRequest): string {
  if (error instanceof Refusal) return error.message;
  const where = `${RequestType} of the stream key of ${ResourceProperties.ChannelArn}`;
  if (error instanceof CallFailure) {
    return `${where} failed at ${error.action}: ${error.name}: ${error.message.replace(/\.?$/, '.')} ${advice(error, ResourceProperties)}`;
  }
  return `${where} failed: ${(error as Error).message}. Deploy again; if it stays, see the log group of the handler.`;
}
