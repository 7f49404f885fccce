import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, NotInLocalAws } from '../aws-error';
import type { Lambda } from './lambda';
import { RotationRules, scheduleOf } from './secrets-manager-schedule';
import { addVersion, holderOf, moveLabel, pendingVersionOf, RotationConfiguration, Secret } from './secrets-manager-secret';
import { Background } from '../background';
import type { Clock } from '../clock';

/** What RotateSecret is asked for. */
export interface RotationRequest {
  readonly token: string;
  readonly lambdaArn?: string;
  readonly rules?: RotationRules;
  readonly immediately: boolean;
}

/** One attempt to rotate a secret, or to test whether it could be. */
export interface RotationAttempt {
  /** The secret's ARN. */
  readonly secret: string;
  readonly token: string;
  readonly steps: { readonly step: string; readonly outcome: 'succeeded' | 'failed' }[];
  /** Absent if the attempt has succeeded, or has not ended. */
  error?: string;
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const PRINCIPAL = 'secretsmanager.amazonaws.com';

/** The rotation of secrets by functions, at once and by schedule. */
export class Rotations {
  /** How often a rotation is tried again that has failed. */
  public retries = 2;
  /** Milliseconds before it is; AWS does not say how long it waits. */
  public retryDelay = 50;
  /** AWS does not say whether a rotation is tried again with the token it had. */
  public retryWithSameToken = true;
  public readonly attempts: RotationAttempt[] = [];

  private readonly background = new Background();

  constructor(private readonly lambda: Lambda, private readonly clock: Clock) {}

  /** What RotateSecret does: it rotates in the background, or tests the function and leaves the rotation to the schedule. */
  public async rotate(secret: Secret, request: RotationRequest): Promise<void> {
    const { token, lambdaArn = secret.rotation?.lambdaArn, rules = secret.rotation?.rules, immediately } = request;
    if (!lambdaArn) throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
    scheduleOf(rules ?? {});
    if (pendingVersionOf(secret)) throw new AwsError('InvalidRequestException', 'A previous rotation isn\'t complete. That rotation will be reattempted.');
    if (secret.versions.has(token)) throw new NotInLocalAws(`a rotation with the token of a version that there is: ${token}`);
    await this.checkInvocable(secret, lambdaArn);
    if (immediately) this.addPending(secret, token);
    const before = secret.rotation;
    before?.callOff?.();
    secret.rotation = { lambdaArn, rules, enabled: true };
    if (immediately) {
      this.background.run(() => this.run(secret, token));
    } else {
      const error = await this.test(secret, token);
      if (error) {
        secret.rotation = before;
        this.plan(secret);
        throw new AwsError('InvalidRequestException', `The testSecret step of the rotation function ${lambdaArn} has failed: ${error}`);
      }
    }
    this.plan(secret);
  }

  /** Rotates no more. What is pending stays so. */
  public cancel(secret: Secret): void {
    secret.rotation?.callOff?.();
    if (secret.rotation) secret.rotation = { ...secret.rotation, enabled: false, next: undefined, callOff: undefined };
  }

  public async done(): Promise<void> {
    await this.background.idle();
  }

  private async checkInvocable(secret: Secret, lambdaArn: string): Promise<void> {
    try {
      await this.lambda.permissions.authorize(this.lambda.arnOf(lambdaArn), { principal: PRINCIPAL, sourceArn: secret.arn });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'ResourceNotFoundException') throw new AwsError(error.code, 'Lambda does not exist or could not be accessed');
      throw new AwsError('AccessDeniedException',
        `Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal ${PRINCIPAL}.`);
    }
  }

  private addPending(secret: Secret, token: string): void {
    if (secret.versions.has(token)) return;
    addVersion(secret, token, this.clock.date());
    moveLabel(secret, 'AWSPENDING', token);
  }

  private plan(secret: Secret): void {
    const { rotation } = secret;
    const schedule = rotation?.enabled ? scheduleOf(rotation.rules ?? {}) : undefined;
    if (!rotation || !schedule) return;
    const { start, end } = schedule(this.clock.now());
    rotation.next = new Date(end);
    rotation.callOff = this.clock.at(start, async () => {
      // What has not been completed before is reattempted.
      const token = pendingVersionOf(secret) ?? randomUUID();
      this.plan(secret);
      await this.run(secret, token);
    });
  }

  /** Attempts until one succeeds, or there have been enough. */
  private async run(secret: Secret, token: string): Promise<void> {
    for (let attempt = 0; attempt <= this.retries; attempt++) {
      const { rotation } = secret;
      if (!rotation?.enabled || secret.deleted) return;
      if (attempt > 0) {
        await sleep(this.retryDelay);
        if (!this.retryWithSameToken) token = randomUUID();
      }
      const error = await this.attempt(secret, token, rotation, STEPS, () => completion(secret));
      if (!error) {
        secret.lastRotated = this.clock.date();
        return;
      }
    }
  }

  /** Runs only testSecret, against a version without value that is removed afterwards. */
  private async test(secret: Secret, token: string): Promise<string | undefined> {
    const before = holderOf(secret, 'AWSPENDING');
    try {
      return await this.attempt(secret, token, secret.rotation!, ['testSecret'], () => undefined);
    } finally {
      secret.versions.delete(token);
      if (before) moveLabel(secret, 'AWSPENDING', before);
    }
  }

  /** Invokes the function once for each step against a pending version, and returns what has gone wrong. */
  private async attempt(
    secret: Secret, token: string, { lambdaArn }: RotationConfiguration, steps: string[], failure: () => string | undefined,
  ): Promise<string | undefined> {
    const attempt: RotationAttempt = { secret: secret.arn, token, steps: [] };
    this.attempts.push(attempt);
    const RotationToken = randomUUID();
    try {
      this.addPending(secret, token);
      for (const step of steps) {
        const event = { Step: step, SecretId: secret.arn, ClientRequestToken: token, RotationToken };
        const { error } = await this.lambda.invokeFor({ principal: PRINCIPAL, sourceArn: secret.arn }, lambdaArn, event);
        attempt.steps.push({ step, outcome: error ? 'failed' : 'succeeded' });
        if (error) return (attempt.error = `${step}: ${error.errorType}: ${error.errorMessage}`);
      }
      return (attempt.error = failure());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return (attempt.error = error.message);
    }
  }
}

/** What is wrong with a rotation whose steps have all succeeded. */
function completion(secret: Secret): string | undefined {
  const pending = pendingVersionOf(secret);
  return pending && `finishSecret: AWSPENDING is still on the version ${pending}, which is not AWSCURRENT`;
}
