import type { Sandbox } from './sandbox';

export interface FunctionConfiguration {
  readonly name: string;
  readonly description?: string;
  /** Such as `nodejs22.x`; it is shown, and not what the function runs on. */
  readonly runtime: string;
  readonly architectures?: readonly string[];
  readonly handler: string;
  readonly roleArn: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  /** The number of concurrent executions; unlimited if absent. */
  readonly reserved?: number;
  /** The queue for asynchronous events that it fails to handle; they are dropped if absent. */
  readonly deadLetterArn?: string;
  readonly environment: Record<string, string>;
  readonly logGroup: string;
  readonly zip: Buffer;
  readonly tags?: Record<string, string>;
}

/** A function with its code, as it was created or last updated. */
export interface LambdaFunction extends FunctionConfiguration {
  readonly arn: string;
  /** The folder of the unpacked code. */
  readonly code: string;
  readonly modified: Date;
  readonly idle: Sandbox[];
  state: 'current' | 'replaced' | 'deleted';
}

/** The role of a function, as it makes calls. */
export function callerOf({ name, roleArn, arn }: LambdaFunction): { readonly arn: string; readonly roleName: string } {
  const roleName = roleArn.split('/').pop()!;
  return { arn: `arn:aws:sts::${arn.split(':')[4]}:assumed-role/${roleName}/${name}`, roleName };
}
