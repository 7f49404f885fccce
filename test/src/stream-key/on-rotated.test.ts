import { App, CfnParameter, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkPattern, matches } from '../../../local-aws/eventbridge/pattern';
import { Channel, ManagedStreamKey } from '../../../src';
import { handlerStatements } from '../handler-statements';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const RULE = 'AWS::Events::Rule';
const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';

/** What the handler tells. */
const ROTATED = {
  'version': '0',
  'id': '01234567-0123-0123-0123-012345678901',
  'detail-type': 'IVS Stream Key Rotated',
  'source': 'cdk-ivs-managed-stream-key',
  'account': '123456789012',
  'time': '2030-06-12T10:12:34Z',
  'region': 'us-west-2',
  'resources': [CHANNEL_ARN],
  'detail': { channelArn: CHANNEL_ARN, reason: 'StreamEnd' },
};

let app: App;
let stack: Stack;
let live: ManagedStreamKey;
let target: events.IRuleTarget;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
  live = new ManagedStreamKey(stack, 'Live', { channel: Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN) });
  target = new targets.SnsTopic(new sns.Topic(stack, 'Topic'));
});

const ruleWith = (options?: events.OnEventOptions) => {
  live.onRotated('Told', options);
  return onlyResource(stack, RULE).Properties;
};
const hears = ({ EventPattern }: { EventPattern: unknown }, event: object) => matches(checkPattern(EventPattern), event);

describe('the rule for rotations', () => {
  test('has the pattern of the event, for the channel of the key', () => {
    expect(ruleWith({ target }).EventPattern).toEqual({
      'source': ['cdk-ivs-managed-stream-key'],
      'detail-type': ['IVS Stream Key Rotated'],
      'resources': [CHANNEL_ARN],
    });
  });

  test('names the channel that is made with the key', () => {
    const other = new ManagedStreamKey(stack, 'Other');
    other.onRotated('Told', { target });

    expect(onlyResource(stack, RULE).Properties.EventPattern.resources).toEqual([stack.resolve(other.channel.channelRef.channelArn)]);
  });

  test('hears of a rotation of the key', () => {
    expect(hears(ruleWith({ target }), ROTATED)).toBe(true);
  });

  test.each<[string, object]>([
    ['of the key of another channel', { resources: [CHANNEL_ARN.replace('abcd', 'efgh')] }],
    ['that is none', { 'detail-type': 'IVS Stream State Change' }],
    ['that somebody else tells of', { source: 'aws.ivs' }],
  ])('does not hear of a rotation %s', (_, difference) => {
    expect(hears(ruleWith({ target }), { ...ROTATED, ...difference })).toBe(false);
  });

  test('may hear of fewer rotations', () => {
    const rule = ruleWith({ target, eventPattern: { detail: { reason: ['Deployment', 'RotateSecret'] } } });

    expect(rule.EventPattern).toEqual({
      'source': ['cdk-ivs-managed-stream-key'],
      'detail-type': ['IVS Stream Key Rotated'],
      'resources': [CHANNEL_ARN],
      'detail': { reason: ['Deployment', 'RotateSecret'] },
    });
  });

  test('tells its target', () => {
    expect(ruleWith({ target }).Targets).toEqual([{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }]);
  });

  test('may get its target later', () => {
    live.onRotated('Told').addTarget(target);

    expect(onlyResource(stack, RULE).Properties.Targets).toEqual([{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }]);
  });

  test('is one for each listener', () => {
    for (const name of ['One', 'Two', 'Three']) live.onRotated(name, { target });

    Template.fromStack(stack).resourceCountIs(RULE, 3);
  });

  test('may be in another stack', () => {
    const other = new Stack(app, 'Other');
    live.onRotated('Told', { target, crossStackScope: other });

    Template.fromStack(stack).resourceCountIs(RULE, 0);
    Template.fromStack(other).resourceCountIs(RULE, 1);
  });

  test.each<[string, Environment, Environment]>([
    ['region', { region: 'us-west-2' }, { region: 'eu-west-1' }],
    ['account', { account: '123456789012' }, { account: '210987654321' }],
  ])('may not be in another %s, where it would hear nothing', (where, env, other) => {
    const here = new ManagedStreamKey(new Stack(app, 'Here', { env }), 'Live');
    const [ours, theirs] = [env, other].map((place) => Object.values(place)[0]);

    expect(() => here.onRotated('Told', { target, crossStackScope: new Stack(app, 'There', { env: other }) })).toThrow(new Error(
      `[Here/Live] \`crossStackScope\` must be in a stack of the ${where} of the stream key, ${ours}, as its handler sends the event only there, `
      + `got: There in ${theirs}. Put the rule into a stack of that ${where}; there, a rule can send the events on to another event bus`,
    ));
  });

  test('hears from another stack of a channel that is made with the key', () => {
    const other = new Stack(app, 'Other');
    new ManagedStreamKey(stack, 'Made').onRotated('Told', { target, crossStackScope: other });

    const { resources: [arn] } = onlyResource(other, RULE).Properties.EventPattern;
    const exported = Object.values(Template.fromStack(stack).findOutputs('*')).find(({ Export }) => Export?.Name === arn['Fn::ImportValue']);

    expect(exported?.Value).toEqual({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::IVS::Channel').logicalId, 'Arn'] });
  });
});

describe('the description of the rule', () => {
  test('names the key by default', () => {
    expect(ruleWith({ target }).Description).toBe('The IVS stream key of Stack/Live was rotated');
  });

  test('may be another one', () => {
    expect(ruleWith({ target, description: 'Restarts the encoder' }).Description).toBe('Restarts the encoder');
  });

  test('may come from a parameter', () => {
    expect(ruleWith({ target, description: new CfnParameter(stack, 'Parameter').valueAsString }).Description).toEqual({ Ref: 'Parameter' });
  });
});

describe('the name of the rule', () => {
  test('is made by CloudFormation by default', () => {
    expect(ruleWith({ target })).not.toHaveProperty('Name');
  });

  test('may be another one', () => {
    expect(ruleWith({ target, ruleName: 'restart-encoder' }).Name).toBe('restart-encoder');
  });

  test('may come from a parameter', () => {
    expect(ruleWith({ target, ruleName: new CfnParameter(stack, 'Parameter').valueAsString }).Name).toEqual({ Ref: 'Parameter' });
  });
});

describe('the handler', () => {
  const TAG = 'managed-stream-key:listened-to';

  test('tells nobody of rotations by default', () => {
    expect(secretTag(stack, TAG)).toBeUndefined();
  });

  test('may tell nobody of rotations by default', () => {
    expect(handlerStatements(stack, 'PublishRotations')).toEqual([]);
  });

  test('tells of rotations when somebody listens', () => {
    live.onRotated('Told', { target });

    expect(secretTag(stack, TAG)).toBe('true');
  });

  test('tells of the rotations of no other key', () => {
    new ManagedStreamKey(stack, 'Other').onRotated('Told', { target });

    const secrets = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
    const listenedTo = secrets.filter(({ Properties }) => Properties.Tags.some(({ Key }: { Key: string }) => Key === TAG));

    expect(listenedTo.map(({ Properties }) => Properties.Description)).toEqual(['Amazon IVS stream key of Stack/Other']);
  });

  test('may tell of rotations, and of nothing else, when somebody listens', () => {
    live.onRotated('Told', { target });

    expect(handlerStatements(stack, 'PublishRotations')).toEqual([{
      Sid: 'PublishRotations',
      Action: 'events:PutEvents',
      Condition: { 'ForAllValues:StringEquals': { 'events:source': 'cdk-ivs-managed-stream-key', 'events:detail-type': 'IVS Stream Key Rotated' } },
      Effect: 'Allow',
      Resource: {
        'Fn::Join': ['', [
          'arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':event-bus/default',
        ]],
      },
    }]);
  });

  test('is allowed to once for many listeners', () => {
    for (const name of ['One', 'Two', 'Three']) live.onRotated(name, { target });
    new ManagedStreamKey(stack, 'Other').onRotated('Told', { target });

    expect(handlerStatements(stack, 'PublishRotations')).toHaveLength(1);
  });
});
