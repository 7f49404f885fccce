import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotationRules, scheduleOf } from './schedule';
import {
  addVersion, holderOf, moveLabel, pendingVersionOf, removeLabel, removeVersion, RotationConfiguration, RotationUnderWay, Secret,
} from './secret';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import { Background } from '../core/background';
import type { Clock } from '../core/clock';
import type { Variants } from '../faults/variants';
import type { Lambda } from '../lambda/lambda';

/** The input of RotateSecret. */
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
  /** Absent if the attempt has succeeded, was abandoned, or has not ended. */
  error?: string;
}

/** The events of rotations that Secrets Manager sends to CloudTrail. */
export interface RotationEvent {
  readonly name: 'RotationStarted' | 'RotationSucceeded' | 'RotationFailed' | 'RotationAbandoned' | 'TestRotationSucceeded' | 'TestRotationFailed';
  /** The secret's ARN. */
  readonly secret: string;
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const PRINCIPAL = 'secretsmanager.amazonaws.com';

/** The rotation of secrets by functions, at once and by schedule. */
export class Rotations {
  /** The number of retries of a failed rotation. */
  public retries = 2;
  /** Milliseconds before it is; AWS does not say how long it waits. */
  public retryDelay = 50;
  public readonly attempts: RotationAttempt[] = [];
  /** In the order in which they came. */
  public readonly trail: RotationEvent[] = [];

  private readonly background = new Background();

  constructor(private readonly lambda: Lambda, private readonly clock: Clock, private readonly variants: Variants) {}

  /** RotateSecret: rotates in the background, or tests the function and leaves the rotation to the schedule. Omitted rules stay. */
  public async rotate(secret: Secret, request: RotationRequest): Promise<void> {
    const { token, lambdaArn = secret.rotation?.lambdaArn, rules = secret.rotation?.rules, immediately } = request;
    if (!lambdaArn) throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
    scheduleOf(rules ?? {});
    if (pendingVersionOf(secret)) throw new AwsError('InvalidRequestException', 'A previous rotation isn\'t complete. That rotation will be reattempted.');
    if (secret.versions.has(token)) throw new NotInLocalAws(`a rotation with the token of a version that there is: ${token}`);
    await this.checkInvocable(secret, lambdaArn);
    if (immediately) this.addPending(secret, token);
    secret.rotation?.callOff?.();
    secret.rotation = { lambdaArn, rules, enabled: true };
    if (immediately) this.background.run(() => this.run(secret, token, this.retries));
    else await this.test(secret, token);
    this.plan(secret);
  }

  /** Rotates no more. What is pending stays so, and the rules stay for the next RotateSecret without any. */
  public cancel(secret: Secret): void {
    secret.rotation?.callOff?.();
    if (secret.rotation) secret.rotation = { ...secret.rotation, enabled: false, next: undefined, callOff: undefined };
  }

  /** Attempts a rotation once more that has failed; with the same token or a fresh one. */
  public async retry(secret: Secret): Promise<void> {
    const failed = secret.rotating?.token;
    if (!failed) throw new NotInLocalAws('a retry without a rotation that has failed');
    await this.run(secret, this.variants.retryWithSameToken ? failed : randomUUID(), 0);
  }

  /** Notes that a version has got its value: one that is not the rotation's abandons it, and whatever is stored puts off the next rotation. */
  public madeVersion(secret: Secret, id: string, rotationToken?: string): void {
    const { rotating } = secret;
    if (rotating && (id === rotating.token || rotationToken === rotating.rotationToken)) return;
    const pending = rotating?.token ?? pendingVersionOf(secret);
    if (pending && pending !== id) {
      removeLabel(secret, 'AWSPENDING', pending);
      this.tell('RotationAbandoned', secret);
    }
    if (rotating) rotating.abandoned = true;
    secret.rotating = undefined;
    this.planAfresh(secret);
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
    secret.lastChanged = this.clock.date();
  }

  /** Plans the next rotation, counted from now. */
  private planAfresh(secret: Secret): void {
    secret.rotation?.callOff?.();
    this.plan(secret);
  }

  /** @param isDue whether the date of the rotation that is due stays to be seen, as it does until one has succeeded */
  private plan(secret: Secret, isDue = false): void {
    const { rotation } = secret;
    const schedule = rotation?.enabled ? scheduleOf(rotation.rules ?? {}) : undefined;
    if (!rotation || !schedule) return;
    const { start, end } = schedule(this.clock.now());
    if (!isDue) rotation.next = new Date(end);
    rotation.callOff = this.clock.at(start, async () => {
      // Reattempts what was not completed before.
      const token = (this.variants.retryWithSameToken ? pendingVersionOf(secret) : undefined) ?? randomUUID();
      this.plan(secret, true);
      await this.run(secret, token, this.retries);
    });
  }

  /** Attempts until one succeeds, or there have been enough. */
  private async run(secret: Secret, token: string, retries: number): Promise<void> {
    this.tell('RotationStarted', secret);
    const under: RotationUnderWay = { token, rotationToken: randomUUID() };
    secret.rotating = under;
    for (let attempt = 0; attempt <= retries; attempt++) {
      const { rotation } = secret;
      if (!rotation?.enabled || secret.deleted) return;
      if (attempt > 0) {
        await sleep(this.retryDelay);
        if (!this.variants.retryWithSameToken) under.token = randomUUID();
      }
      const error = await this.attempt(secret, under, rotation, STEPS, () => this.faultOf(secret));
      if (under.abandoned) return;
      if (!error) return this.complete(secret, under.token);
    }
    this.tell('RotationFailed', secret);
  }

  private complete(secret: Secret, token: string): void {
    secret.rotating = undefined;
    secret.lastRotated = this.clock.date();
    this.planAfresh(secret);
    this.tell('RotationSucceeded', secret);
    const { pendingCleanUp } = this.variants;
    const cleanUp = () => removeLabel(secret, 'AWSPENDING', token);
    if (pendingCleanUp === 0) cleanUp();
    else if (Number.isFinite(pendingCleanUp)) setTimeout(cleanUp, pendingCleanUp).unref();
  }

  /** Runs only testSecret, against a version that is removed afterwards. A failure is seen in the trail only. */
  private async test(secret: Secret, token: string): Promise<void> {
    const before = holderOf(secret, 'AWSPENDING');
    const current = holderOf(secret, 'AWSCURRENT');
    this.addPending(secret, token);
    if (this.variants.testVersionHasValue) secret.versions.get(token)!.value = current && secret.versions.get(current)!.value;
    const error = await this.attempt(secret, { token, rotationToken: randomUUID() }, secret.rotation!, ['testSecret'], () => undefined);
    removeVersion(secret, token);
    if (before) moveLabel(secret, 'AWSPENDING', before);
    this.tell(error ? 'TestRotationFailed' : 'TestRotationSucceeded', secret);
  }

  /** Invokes the function once for each step against a pending version, and returns what has gone wrong. */
  private async attempt(
    secret: Secret, under: RotationUnderWay, { lambdaArn }: RotationConfiguration, steps: string[], fault: () => string | undefined,
  ): Promise<string | undefined> {
    const { token, rotationToken: RotationToken } = under;
    const attempt: RotationAttempt = { secret: secret.arn, token, steps: [] };
    this.attempts.push(attempt);
    try {
      this.addPending(secret, token);
      for (const step of steps) {
        const event = { Step: step, SecretId: secret.arn, ClientRequestToken: token, RotationToken };
        const { error } = await this.lambda.invokeFor({ principal: PRINCIPAL, sourceArn: secret.arn }, lambdaArn, event);
        attempt.steps.push({ step, outcome: error ? 'failed' : 'succeeded' });
        if (under.abandoned) return undefined;
        if (error) return (attempt.error = `${step}: ${error.errorType}: ${error.errorMessage}`);
      }
      return (attempt.error = fault());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return (attempt.error = error.message);
    }
  }

  /** The fault of a rotation whose steps have all succeeded. */
  private faultOf(secret: Secret): string | undefined {
    const pending = pendingVersionOf(secret);
    if (!pending || (secret.versions.get(pending)!.value === undefined && this.variants.emptyVersion === 'done')) return undefined;
    return `finishSecret: AWSPENDING is still on the version ${pending}, which is not AWSCURRENT`;
  }

  private tell(name: RotationEvent['name'], { arn }: Secret): void {
    this.trail.push({ name, secret: arn });
  }
}
