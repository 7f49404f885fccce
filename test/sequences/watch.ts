import type { LocalAws } from '../../local-aws/local-aws';
import type { WhileLive } from '../../src/contract/while-live';

/** A part of every value of a stream key: where it is found, a value is. */
const MARKER = 'MarkedValue7391';

/** A stream key that the handler has deleted. */
export interface Deletion {
  readonly channelArn: string;
  /** Whether a broadcast was live that had begun before the action: one that begins within may not be seen. */
  readonly isLive: boolean;
  /** Whether only a message may have asked for it: an event or a look, which may not end what is live. */
  readonly isByMessage: boolean;
  /** The action during which it was. */
  readonly during: string;
  readonly whileLive?: WhileLive;
}

/** What the handler does from the first action to the last, and every place where a value might turn up. */
export class Watch {
  public readonly deletions: Deletion[] = [];
  /** The channels whose streams the handler has stopped, with the action. */
  public readonly stops: Omit<Deletion, 'isLive' | 'isByMessage'>[] = [];
  private readonly passphrases = new Set<string>();
  private action = '';
  private begun = 0;
  private readonly running = { messages: 0, others: 0 };

  constructor(private readonly aws: LocalAws, private readonly whileLiveOf: (channelArn: string) => WhileLive | undefined) {
    const { ivs } = aws;
    ivs.streamKeys.marker = MARKER;
    this.countInvocations();
    const { DeleteStreamKey, StopStream } = ivs.operations;
    ivs.operations.DeleteStreamKey = async (input, call) => {
      const channelArn = ivs.streamKeys.find(input.arn)?.channelArn;
      const isLive = channelArn !== undefined && ivs.streamOf(channelArn) !== undefined && ivs.streamOf(channelArn)!.startTime.getTime() < this.begun;
      const isByMessage = this.running.messages > 0 && this.running.others === 0 && !this.action.startsWith('deploy');
      const output = await DeleteStreamKey(input, call);
      if (!channelArn || !call.caller.roleName) return output;
      this.deletions.push({ channelArn, isLive, isByMessage, during: this.action, whileLive: this.whileLiveOf(channelArn) });
      return output;
    };
    ivs.operations.StopStream = async (input, call) => {
      const output = await StopStream(input, call);
      if (call.caller.roleName) this.stops.push({ channelArn: input.channelArn, during: this.action, whileLive: this.whileLiveOf(input.channelArn) });
      return output;
    };
  }

  /** Notes the action that is under way from now on. */
  public begin(action: string): void {
    this.action = action;
    this.begun = this.aws.clock.now();
  }

  /** The operations that changed something since a call, counted from the first. */
  public writesSince(count: number): string[] {
    const WRITES = /ivs:(Create|Delete|Tag|Untag|Stop)|secretsmanager:(Put|Update|Tag|Untag|Replicate|Remove)|sqs:Send/;
    const calls = this.aws.endpoint.calls.all.slice(count).filter(({ caller }) => caller.roleName);
    return calls.map(({ operation }) => operation).filter((operation) => WRITES.test(operation));
  }

  /** The places in which a value of a key, or a passphrase, has turned up. */
  public leaks(queueArns: readonly string[]): string[] {
    const { ivs, logs, eventBridge, sqs, cloudformation, customResources, endpoint, secretsManager } = this.aws;
    for (const { srt } of ivs.allChannels) if (srt.passphrase) this.passphrases.add(srt.passphrase);
    const places: Record<string, unknown> = {
      'the log': logs.text(),
      'an event': eventBridge.events,
      'a message': queueArns.map((arn) => sqs.messagesOf(arn)),
      'an answer': customResources.answers,
      'a stack event': cloudformation.stacks.map(({ events, outputs, resources }) => [events, outputs, [...resources.values()]]),
      'an attempt to rotate': secretsManager.rotations.attempts,
      'a tag': [ivs.allStreamKeys.map(({ tags }) => tags), secretsManager.all.map(({ tags }) => tags)],
      'a call': endpoint.calls.byFunctions().filter(({ operation }) => operation !== 'secretsmanager:PutSecretValue').map(({ input }) => input),
    };
    const values = [MARKER, ...this.passphrases];
    return Object.keys(places).filter((place) => {
      const text = JSON.stringify(places[place]);
      return values.some((value) => text.includes(value));
    });
  }

  private countInvocations(): void {
    const { lambda } = this.aws;
    const invoke = lambda.invoke.bind(lambda);
    lambda.invoke = async (arn, event) => {
      const kind = 'Records' in (event as object) ? 'messages' : 'others';
      this.running[kind]++;
      try {
        return await invoke(arn, event);
      } finally {
        this.running[kind]--;
      }
    };
  }
}
