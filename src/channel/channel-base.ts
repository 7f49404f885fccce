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
 * What can be done with a channel wherever it is made. jsii takes from the interface what a method does, but not its parameters.
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
   * @param grantee who gets the permission
   * @param actions what is allowed, such as `ivs:StartViewerSessionRevocation`
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    validateArgument(this, 'grantee', grantee, GRANTEE);
    validateArgument(this, 'actions', actions, ACTIONS);
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.channelArn] });
  }

  /** @param grantee who gets the permission */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:BatchGetChannel', 'ivs:GetChannel', 'ivs:GetStream', 'ivs:GetStreamSession', 'ivs:ListStreamSessions');
  }

  /** @param grantee who gets the permission */
  public grantStopStream(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:StopStream');
  }

  /** @param grantee who gets the permission */
  public grantPutMetadata(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'ivs:PutMetadata');
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
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
   * @param options what the rule does with the event
   */
  public onStreamStateChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Stream State Change', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  public onStreamStart(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onStreamEvent('Stream Start', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  public onStreamEnd(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onStreamEvent('Stream End', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  public onHealthChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Stream Health Change', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  public onLimitBreach(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Limit Breach', id, options);
  }

  /**
   * @param id the id of the rule
   * @param options what the rule does with the event
   */
  public onRecordingStateChange(id: string, options?: events.OnEventOptions): events.Rule {
    return this.onEventOfType('IVS Recording State Change', id, options);
  }

  /**
   * @param metricName the name of the metric, such as `ConcurrentViews`
   * @param props how it differs from the default
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    validateArgument(this, 'metricName', metricName, METRIC_NAME);
    return metricOfChannel(this, { namespace: METRIC_NAMESPACE, metricName, channelArn: this.channelArn }, props);
  }

  /** @param props how it differs from the default */
  public metricConcurrentViews(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('ConcurrentViews', props);
  }

  /** @param props how it differs from the default */
  public metricIngestAudioBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestAudioBitrate', props);
  }

  /** @param props how it differs from the default */
  public metricIngestBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestBitrate', props);
  }

  /** @param props how it differs from the default */
  public metricIngestFramerate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestFramerate', props);
  }

  /** @param props how it differs from the default */
  public metricIngestVideoBitrate(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('IngestVideoBitrate', props);
  }

  /** @param props how it differs from the default */
  public metricKeyframeInterval(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('KeyframeInterval', props);
  }

  /** @param props how it differs from the default */
  public metricLiveDeliveredTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('LiveDeliveredTime', props);
  }

  /** @param props how it differs from the default */
  public metricLiveInputTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.knownMetric('LiveInputTime', props);
  }

  /** @param props how it differs from the default */
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
