import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Executions } from './executions';
import { callerOf, LambdaFunction } from './function';
import { AwsError } from '../core/aws-error';
import { Background } from '../core/background';
import type { Clock } from '../core/clock';
import type { Sqs } from '../sqs/sqs';

/** The settings of asynchronous invocations of a function, except those through an alias. */
export interface AsyncConfiguration {
  /** Seconds. */
  readonly maxEventAge?: number;
  readonly retryAttempts?: number;
}

/** Lambda's default maximum age of an event: 6 hours. */
const MAX_EVENT_AGE = 21_600;

/** Invocations whose callers do not wait: they are retried, and what fails in the end becomes a dead letter. */
export class AsynchronousInvocations {
  /** The delays before the second and third attempt; AWS waits one and two minutes. */
  public retryDelays = [500, 1000];

  private readonly configurations = new Map<string, AsyncConfiguration>();

  constructor(
    private readonly executions: Executions, private readonly sqs: Sqs, private readonly clock: Clock, private readonly background: Background,
  ) {}

  /** Sets how those of a function are handled; without a configuration, forgets it. */
  public configure(name: string, configuration?: AsyncConfiguration): void {
    if (configuration) this.configurations.set(name, configuration);
    else this.configurations.delete(name);
  }

  /**
   * Up to three attempts, in the background, all with the same request id, as long as the event is not too old.
   * Each waits for room; in AWS it looks for it ever less often.
   *
   * @param ended is called when none is left
   */
  public start(target: LambdaFunction, arn: string, event: unknown, ended: () => void): void {
    this.background.run(() => this.attempts(target, arn, event).finally(ended));
  }

  private async attempts(target: LambdaFunction, arn: string, event: unknown): Promise<void> {
    const requestId = randomUUID();
    const { maxEventAge = MAX_EVENT_AGE, retryAttempts = 2 } = (arn === target.arn && this.configurations.get(target.name)) || {};
    const accepted = this.clock.now();
    const isTooOld = () => this.clock.now() - accepted > maxEventAge * 1000;
    for (const delay of [...this.retryDelays.slice(0, retryAttempts), undefined]) {
      while (!this.executions.hasRoom(target) && !isTooOld()) await sleep(20);
      if (isTooOld()) return this.keepDeadLetter(target, requestId, event, { errorMessage: 'The event is older than the maximum event age.' });
      const { error } = await this.executions.run(target, arn, event, requestId);
      if (!error) return;
      if (delay === undefined) return this.keepDeadLetter(target, requestId, event, error);
      await sleep(delay);
      if (target.state === 'deleted') return;
    }
  }

  /** Without the permission, it is dropped: in AWS, the metric DeadLetterErrors counts that. */
  private async keepDeadLetter(target: LambdaFunction, requestId: string, event: unknown, { errorMessage }: { errorMessage: string }): Promise<void> {
    if (!target.deadLetterArn) return;
    const attributes = { RequestID: requestId, ErrorCode: '200', ErrorMessage: errorMessage };
    await this.sqs.send(target.deadLetterArn, { body: JSON.stringify(event), attributes }, { caller: callerOf(target) }).catch((refusal) => {
      if (!(refusal instanceof AwsError)) throw refusal;
    });
  }
}
