import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { StreamEnd } from '../contract/stream-end';

/** The maximum length of a rule's description. */
export const MAX_RULE_DESCRIPTION = 512;

/** Properties of a `StreamEndRule`. */
export interface StreamEndRuleProps {
  readonly channelArn: string;
  readonly secretArn: string;
  /** Whether the end of a broadcast itself asks for a rotation. If not, it only carries out one that is due. */
  readonly rotate: boolean;
  readonly handlerArn: string;
}

/**
 * The rule that calls the handler when a broadcast on the channel has ended.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/eventbridge.html
 */
export class StreamEndRule extends events.Rule {
  constructor(scope: Construct, id: string, props: StreamEndRuleProps) {
    super(scope, id, {
      description: `Carries out the rotations of ${scope.node.path} that come when a broadcast has ended`.slice(0, MAX_RULE_DESCRIPTION),
      eventPattern: {
        source: ['aws.ivs'],
        detailType: ['IVS Stream State Change'],
        resources: [props.channelArn],
        detail: { event_name: ['Stream End'] },
      },
    });
    const end: Record<keyof StreamEnd, unknown> = {
      ChannelArn: props.channelArn,
      SecretArn: props.secretArn,
      StreamId: events.EventField.fromPath('$.detail.stream_id'),
      Time: events.EventField.time,
      Rotate: props.rotate,
    };
    // The target of aws-events-targets would add a permission for each rule: the function's policy has room for some 60 of them.
    this.addTarget({ bind: () => ({ arn: props.handlerArn, input: events.RuleTargetInput.fromObject({ StreamEnd: end }) }) });
  }
}
