import { CfnResource, Resource, ResourceProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct, Dependable } from 'constructs';
import type { IChannel } from './channel-interface';
import { METRIC, MetricName, METRIC_NAMESPACE } from './channel-metrics';
import { metricOfChannel } from './metric-of-channel';
import { GRANTEE, METRIC_NAME, ruleOptions } from '../core/argument-kinds';
import { validateRuleScope } from '../core/rule-scope';
import { validateArgument } from '../core/valid-props';
import { listOf, text } from '../core/value-kinds';

const ACTIONS = listOf(text('Name an action, such as \'ivs:PutMetadata\''), '\'ivs:PutMetadata\'', 1);

/**
 * The methods of every channel. jsii copies their descriptions from the interface, but not those of their parameters.
 *
 * @internal
 */
export abstract class ChannelBase extends Resource implements IChannel {
  public abstract readonly channelArn: string;
  public abstract readonly channelIngestEndpoint: string;
  public abstract readonly channelPlaybackUrl: string;

  constructor(scope: Construct, id: string, props?: ResourceProps) {
    super(scope, id, props);
    const { node } = this;
    Dependable.implement(this, {
      /** Without the rules below: a function that waits for the channel may be the target of one. */
      get dependencyRoots() {
        return node.defaultChild && CfnResource.isCfnResource(node.defaultChild) ? [node.defaultChild] : [];
      },
    });
  }

  public get channelRef(): ivs.ChannelReference {
    return { channelArn: this.channelArn };
  }

  /**
   * @param grantee the principal to grant to
   * @param actions the IAM actions, such as `ivs:StartViewerSessionRevocation`
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    validateArgument(this, 'grantee', grantee, GRANTEE);
    validateArgument(this, 'actions', actions, ACTIONS);
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.channelArn] });
  }

  /** @param grantee the principal to grant to */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:BatchGetChannel', 'ivs:GetChannel', 'ivs:GetStream', 'ivs:GetStreamSession', 'ivs:ListStreamSessions');
  }

  /** @param grantee the principal to grant to */
  public grantStopStream(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:StopStream');
  }

  /** @param grantee the principal to grant to */
  public grantPutMetadata(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:PutMetadata');
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onEvent(id: string, options: events.OnEventOptions = {}): events.Rule {
    validateArgument(this, 'options', options, ruleOptions('source', 'resources'));
    const scope = options.crossStackScope ?? this;
    validateRuleScope(this, scope, { of: 'channel', by: 'IVS' });
    const rule = new events.Rule(scope, id, { ruleName: options.ruleName, description: options.description });
    rule.addEventPattern(options.eventPattern);
    rule.addEventPattern({ source: ['aws.ivs'], resources: [this.channelArn] });
    rule.addTarget(options.target);
    return rule;
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onStreamStateChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Stream State Change', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onStreamStart(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onStreamEvent('Stream Start', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onStreamEnd(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onStreamEvent('Stream End', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onHealthChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Stream Health Change', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onLimitBreach(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Limit Breach', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onRecordingStateChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Recording State Change', id, options);
  }

  /**
   * @param metricName the name of the metric, such as `ConcurrentViews`
   * @param props metric options that override the defaults
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    validateArgument(this, 'metricName', metricName, METRIC_NAME);
    return metricOfChannel(this, { namespace: METRIC_NAMESPACE, metricName, channelArn: this.channelArn }, props);
  }

  /** @param props metric options that override the defaults */
  public metricConcurrentViews(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('ConcurrentViews', props);
  }

  /** @param props metric options that override the defaults */
  public metricIngestAudioBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestAudioBitrate', props);
  }

  /** @param props metric options that override the defaults */
  public metricIngestBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestBitrate', props);
  }

  /** @param props metric options that override the defaults */
  public metricIngestFramerate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestFramerate', props);
  }

  /** @param props metric options that override the defaults */
  public metricIngestVideoBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestVideoBitrate', props);
  }

  /** @param props metric options that override the defaults */
  public metricKeyframeInterval(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('KeyframeInterval', props);
  }

  /** @param props metric options that override the defaults */
  public metricLiveDeliveredTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('LiveDeliveredTime', props);
  }

  /** @param props metric options that override the defaults */
  public metricLiveInputTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('LiveInputTime', props);
  }

  /** @param props metric options that override the defaults */
  public metricRecordedTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('RecordedTime', props);
  }

  private knownMetric(name: MetricName, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(name, { ...METRIC[name], ...props });
  }

  private onStreamEvent(name: string, id: string, options: events.OnEventOptions = {}): events.Rule {
    validateArgument(this, 'options', options, ruleOptions('source', 'resources', 'detailType', 'detail.event_name'));
    const rule = this.onStreamStateChange(id, options);
    rule.addEventPattern({ detail: { event_name: [name] } });
    return rule;
  }

  private onEventOfType(detailType: string, id: string, options: events.OnEventOptions = {}): events.Rule {
    validateArgument(this, 'options', options, ruleOptions('source', 'resources', 'detailType'));
    const rule = this.onEvent(id, options);
    rule.addEventPattern({ detailType: [detailType] });
    return rule;
  }
}
