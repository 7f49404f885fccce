import { AwsError } from '../core/aws-error';

/** The error of a parameter whose value Secrets Manager refuses. */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
