import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error';
import type { Call } from '../endpoint/operation';
import type { Iam } from '../iam/iam';

/** KMS, as far as an encrypted secret needs it: who may use a key through another service. */
export class Kms {
  private readonly keys = new Map<string, { policy: any; disabled?: boolean }>();

  constructor(private readonly account: string, private readonly iam: Iam) {}

  public createKey(region: string, policy: any): { id: string; arn: string } {
    const id = randomUUID();
    const arn = `arn:aws:kms:${region}:${this.account}:key/${id}`;
    this.keys.set(arn, { policy });
    return { id, arn };
  }

  public updateKeyPolicy(arn: string, policy: any): void {
    this.key(arn).policy = policy;
  }

  /** Disables the key, as DisableKey does. */
  public disableKey(arn: string, disabled = true): void {
    this.key(arn).disabled = disabled;
  }

  public deleteKey(arn: string): void {
    this.keys.delete(arn);
  }

  /** Throws what a service answers whose caller may not use the key: both its policy and the caller's have a say. */
  public async use(arn: string, actions: string[], { service, region, caller }: Call): Promise<void> {
    const { policy, disabled } = this.key(arn);
    if (disabled) {
      const [name, verb] = actions.includes('kms:GenerateDataKey') ? ['EncryptionFailure', 'encrypt'] : ['DecryptionFailure', 'decrypt'];
      throw new AwsError(name, `Secrets Manager can't ${verb} the protected secret text using the provided KMS key: ${arn} is disabled.`);
    }
    const keys = { 'kms:ViaService': `${service}.${region}.amazonaws.com`, 'kms:CallerAccount': this.account };
    for (const action of actions) {
      await this.iam.authorize(caller, action, arn, { keys }, policy).catch((error) => {
        throw error instanceof AwsError ? new AwsError('AccessDeniedException', `Access to KMS is not allowed: ${error.message}`, 400) : error;
      });
    }
  }

  private key(arn: string): { policy: any; disabled?: boolean } {
    const key = this.keys.get(arn);
    if (!key) throw new AwsError('InvalidRequestException', `The KMS key ${arn} does not exist or is pending deletion.`);
    return key;
  }
}
