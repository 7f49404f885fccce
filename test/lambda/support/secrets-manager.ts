import { randomUUID } from 'node:crypto';
import type { Outcome } from '../../../local-aws/lambda/sandbox';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import type { RotationAttempt } from '../../../local-aws/secrets-manager/rotation';
import { addVersion, holderOf, moveLabel } from '../../../local-aws/secrets-manager/secret';
import type { Secret } from '../../../local-aws/secrets-manager/secrets-manager';
import { KeyTag } from '../../../src/contract/tags';

/** Keeps the secrets of the handler's stack, and rotates them. */
export class SecretsManager {
  constructor(private readonly aws: LocalAws, private readonly stackId: string, private readonly functionArn: string) {}

  /** An empty secret of the handler's stack. */
  public createSecret(tags: Record<string, string> = {}): Secret {
    return this.aws.secretsManager.createSecret(REGION, `secret-${randomUUID()}`, { tags: { [KeyTag.STACK]: this.stackId, ...tags } });
  }

  /** Rotates a secret to the last attempt, and returns all attempts. */
  public async rotateSecret(secret: Secret, token: string = randomUUID()): Promise<RotationAttempt[]> {
    const { rotations } = this.aws.secretsManager;
    const before = rotations.attempts.length;
    await rotations.rotate(secret, { token, lambdaArn: this.functionArn, immediately: true });
    await rotations.done();
    return rotations.attempts.slice(before);
  }

  /** Adds the version that a rotation begins with: pending, and without a value. Returns its id. */
  public stage(secret: Secret, token: string = randomUUID()): string {
    addVersion(secret, token, this.aws.clock.date());
    moveLabel(secret, 'AWSPENDING', token);
    return token;
  }

  /** Invokes the handler for a single step. */
  public async step(secret: Secret, Step: string, ClientRequestToken: string): Promise<Outcome> {
    const service = { principal: 'secretsmanager.amazonaws.com', sourceArn: secret.arn };
    return this.aws.lambda.invokeFor(service, this.functionArn, { Step, SecretId: secret.arn, ClientRequestToken, RotationToken: randomUUID() });
  }

  /** The version that has a staging label. */
  public versionWith(secret: Secret, label: string): string | undefined {
    return holderOf(secret, label);
  }
}
