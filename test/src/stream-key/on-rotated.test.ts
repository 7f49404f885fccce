import { App, CfnParameter, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkPattern, matches } from '../../../local-aws/eventbridge/pattern';
import { Channel, IManagedStreamKey, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const RULE = 'AWS::Events::Rule';
const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh';

const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf';

/** The event of Secrets Manager. */
const ROTATED = {
  'version': '0',
  'id': '01234567-0123-0123-0123-012345678901',
  'detail-type': 'Secret Label Updated',
  'source': 'aws.secretsmanager',
  'account': '123456789012',
  'time': '2030-06-12T10:12:34Z',
  'region': 'us-west-2',
  'resources': [SECRET_ARN],
  'detail': { name: 'live', labelUpdated: 'AWSCURRENT', versionId: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111' },
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

/** The rule of a key, in a stack of its own. */
const ruleWith = (options?: events.OnEventOptions, of: IManagedStreamKey = live) => {
  const scope = new Stack(app, 'Rules');
  of.onRotated('Told', { ...options, crossStackScope: scope });
  return onlyResource(scope, RULE).Properties;
};
const importedKey = () => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Imported', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN });
/** The rules besides that of the provider. */
const rulesIn = (scope: Stack) => Object.entries(Template.fromStack(scope).findResources(RULE)).filter(([id]) => !id.includes('Provider')).map(([, rule]) => rule.Properties);
const ruleIn = (scope: Stack) => rulesIn(scope)[0];
const hears = ({ EventPattern }: { EventPattern: unknown }, event: object) => matches(checkPattern(EventPattern), event);

describe('the rule for rotations', () => {
  test('matches new versions of the secret, as the custom resource answers it', () => {
    live.onRotated('Told', { target });

    const { EventPattern } = ruleIn(stack);
    expect(EventPattern).toEqual({
      'source': ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      'resources': [{ 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'SecretArn'] }],
      'detail': { labelUpdated: ['AWSCURRENT'] },
    });
  });

  test('hears of a rotation of an imported key', () => {
    expect(hears(ruleWith({ target }, importedKey()), ROTATED)).toBe(true);
  });

  test.each<[string, object]>([
    ['of another secret', { resources: [SECRET_ARN.replace('live', 'other')] }],
    ['of another label', { detail: { ...ROTATED.detail, labelUpdated: 'ours' } }],
    ['of another kind', { 'detail-type': 'AWS API Call via CloudTrail' }],
    ['of another source', { source: 'aws.ivs' }],
  ])('does not hear of an event %s', (_, difference) => {
    expect(hears(ruleWith({ target }, importedKey()), { ...ROTATED, ...difference })).toBe(false);
  });

  test('may hear of fewer rotations', () => {
    const { EventPattern } = ruleWith({ target, eventPattern: { detail: { versionId: [{ exists: true }] } } }, importedKey());

    expect(EventPattern).toEqual({
      'source': ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      'resources': [SECRET_ARN],
      'detail': { labelUpdated: ['AWSCURRENT'], versionId: [{ exists: true }] },
    });
  });

  test('tells its target', () => {
    live.onRotated('Told', { target });

    expect(ruleIn(stack).Targets).toEqual([{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }]);
  });

  test('may get its target later', () => {
    live.onRotated('Told').addTarget(target);

    expect(ruleIn(stack).Targets).toEqual([{ Id: 'Target0', Arn: { Ref: onlyResource(stack, 'AWS::SNS::Topic').logicalId } }]);
  });

  test('is one for each listener', () => {
    for (const name of ['One', 'Two', 'Three']) live.onRotated(name, { target });

    expect(rulesIn(stack)).toHaveLength(3);
  });

  test('may be in another stack', () => {
    const other = new Stack(app, 'Other');
    live.onRotated('Told', { target, crossStackScope: other });

    expect(rulesIn(stack)).toHaveLength(0);
    expect(rulesIn(other)).toHaveLength(1);
  });

  test.each<[string, Environment, Environment]>([
    ['region', { region: 'us-west-2' }, { region: 'eu-west-1' }],
    ['account', { account: '123456789012' }, { account: '210987654321' }],
  ])('may not be in another %s, where it would hear nothing', (where, env, other) => {
    const here = new ManagedStreamKey(new Stack(app, 'Here', { env }), 'Live');
    const [ours, theirs] = [env, other].map((place) => Object.values(place)[0]);

    expect(() => here.onRotated('Told', { target, crossStackScope: new Stack(app, 'There', { env: other }) })).toThrow(new Error(
      `[Here/Live] \`crossStackScope\` must be in a stack of the ${where} of the secret, ${ours}, as Secrets Manager sends the event only there, `
      + `got: There in ${theirs}. Put the rule into a stack of that ${where}; there, a rule can send the events on to another event bus`,
    ));
  });

  test('hears from another stack of a secret that is made with the key', () => {
    const other = new Stack(app, 'Other');
    new ManagedStreamKey(stack, 'Made').onRotated('Told', { target, crossStackScope: other });

    const { resources: [arn] } = onlyResource(other, RULE).Properties.EventPattern;
    const exported = Object.values(Template.fromStack(stack).findOutputs('*')).find(({ Export }) => Export?.Name === arn['Fn::ImportValue']);

    expect(exported?.Value).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Made/), 'SecretArn'] });
  });
});

test('a key imported by a replica has its rule in the region of the replica', () => {
  const replica = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Replica', {
    channelArn: CHANNEL_ARN, secretArn: SECRET_ARN.replace('us-west-2', 'eu-west-1'),
  });
  const [here, there] = ['us-west-2', 'eu-west-1'].map((region) => new Stack(app, region, { env: { account: '123456789012', region } }));

  expect(() => replica.onRotated('Told', { target, crossStackScope: here })).toThrow('must be in a stack of the region of the secret, eu-west-1');
  expect(() => replica.onRotated('Told', { crossStackScope: there })).not.toThrow();
});

describe('the description of the rule', () => {
  test('names the key by default', () => {
    expect(ruleWith({ target }).Description).toBe('The IVS stream key of Stack/Live was rotated');
  });

  test('may be another one', () => {
    expect(ruleWith({ target, description: 'Restarts the encoder' }).Description).toBe('Restarts the encoder');
  });

  test('may come from a parameter', () => {
    live.onRotated('Told', { target, description: new CfnParameter(stack, 'Parameter').valueAsString });

    expect(ruleIn(stack).Description).toEqual({ Ref: 'Parameter' });
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
    live.onRotated('Told', { target, ruleName: new CfnParameter(stack, 'Parameter').valueAsString });

    expect(ruleIn(stack).Name).toEqual({ Ref: 'Parameter' });
  });
});
