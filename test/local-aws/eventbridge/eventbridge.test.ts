import { DescribeRuleCommand, EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ACCOUNT, LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions, deleteStack, deployTemplate, inlineFunction, permission } from '../deploy-template';

const RULE_ARN = { 'Fn::GetAtt': ['Rule', 'Arn'] };
const TARGET = { Id: 'Target', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } };
const ENDED = { Source: 'live', DetailType: 'Stream', Detail: '{"event":"end","channel":"a \\"quoted\\" name","count":3}' };

const ECHO = 'exports.handler = async (event) => { process.stdout.write(\'got \' + JSON.stringify(event) + \'\\n\'); if (event.fail) throw new Error(\'no\'); };';
const rule = (properties: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: ['live'], detail: { event: ['end', 'failure'] } }, Targets: [TARGET], ...properties },
});

let aws: LocalAws;
let client: EventBridgeClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  aws.lambda.asyncRetryDelays = [10, 10];
  client = new EventBridgeClient(clientOptions(aws));
});
afterEach(() => aws.stop());

const deploy = (more: object = {}) =>
  deployTemplate(aws, { ...inlineFunction(ECHO), Rule: rule(), Permission: permission('events.amazonaws.com', { SourceArn: RULE_ARN }), ...more }, { RuleArn: RULE_ARN });
const put = async (...Entries: PutEventsRequestEntry[]) => {
  const answer = await client.send(new PutEventsCommand({ Entries }));
  await aws.eventBridge.idle();
  return answer;
};
const received = () => [...aws.logs.text().matchAll(/^got (.*)$/gm)].map(([, event]) => JSON.parse(event));

describe('a rule', () => {
  test('is described, and not found once it is deleted', async () => {
    const { RuleArn } = await deploy();
    const describe = () => client.send(new DescribeRuleCommand({ Name: RuleArn.split('/')[1] }));

    const { EventPattern, ...others } = await describe();
    await deleteStack(aws);

    expect(JSON.parse(EventPattern!)).toEqual(rule().Properties.EventPattern);
    expect(others).toMatchObject({ Arn: RuleArn, State: 'ENABLED', EventBusName: 'default' });
    await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('sends its function the whole event', async () => {
    await deploy();

    await put({ ...ENDED, Resources: ['arn:one'], Time: new Date('2030-01-02T03:04:05.678Z') });

    expect(received()).toEqual([{
      'version': '0',
      'id': expect.any(String),
      'account': ACCOUNT,
      'region': REGION,
      'time': '2030-01-02T03:04:05Z',
      'source': 'live',
      'detail-type': 'Stream',
      'resources': ['arn:one'],
      'detail': { event: 'end', channel: 'a "quoted" name', count: 3 },
    }]);
  });

  test.each([
    ['a value that the pattern does not list', { Detail: '{"event":"start"}' }],
    ['a field less than the pattern', { Detail: '{"count":3}' }],
    ['another source', { Source: 'other' }],
  ])('leaves alone an event with %s', async (_what, change) => {
    await deploy();

    await put({ ...ENDED, ...change });

    expect(aws.eventBridge.events).toHaveLength(1);
    expect(received()).toEqual([]);
  });

  test('takes an event of a service', async () => {
    await deploy({ Rule: rule({ EventPattern: { 'source': ['aws.ivs'], 'detail-type': ['IVS Stream State Change'], 'resources': ['arn:two'] } }) });

    aws.eventBridge.publish({ 'source': 'aws.ivs', 'detail-type': 'IVS Stream State Change', 'region': REGION, 'resources': ['arn:one', 'arn:two'], 'detail': {} });
    await aws.eventBridge.idle();

    expect(received()).toMatchObject([{ source: 'aws.ivs' }]);
  });

  test('does nothing when it is disabled', async () => {
    await deploy({ Rule: rule({ State: 'DISABLED' }) });

    await put(ENDED);

    expect(received()).toEqual([]);
  });

  test.each<[object, unknown]>([
    [{ Input: '{"constant":true}' }, { constant: true }],
    [{ InputPath: '$.detail.count' }, 3],
    [{ InputTransformer: { InputPathsMap: { channel: '$.detail.channel', count: '$.detail.count', first: '$.resources[0]' }, InputTemplate: '{"name":<channel>,"n":<count>,"text":"<channel>: <count> of <first>"}' } },
      { name: 'a "quoted" name', n: 3, text: 'a "quoted" name: 3 of arn:one' }],
    [{ InputTransformer: { InputPathsMap: { channel: '$.detail.channel' }, InputTemplate: '"<channel> has ended"' } }, 'a "quoted" name has ended'],
    [{ InputTransformer: { InputPathsMap: { detail: '$.detail' }, InputTemplate: '{"all":<detail>}' } }, { all: JSON.parse(ENDED.Detail) }],
  ])('with %j sends what that makes of the event', async (input, expected) => {
    await deploy({ Rule: rule({ Targets: [{ ...TARGET, ...input }] }) });

    await put({ ...ENDED, Resources: ['arn:one'] });

    expect(received()).toEqual([expected]);
  });

  test('invokes a failing function three times', async () => {
    await deploy({ Rule: rule({ Targets: [{ ...TARGET, Input: '{"fail":true}', RetryPolicy: { MaximumRetryAttempts: 1 } }] }) });

    await put(ENDED);

    expect(received()).toHaveLength(3);
    expect(aws.eventBridge.failedInvocations).toEqual([]);
  });

  test.each([
    ['there is no permission', undefined],
    ['the permission is for another service', permission('secretsmanager.amazonaws.com')],
    ['the permission asks for a source account, which EventBridge does not send', permission('events.amazonaws.com', { SourceAccount: ACCOUNT, SourceArn: RULE_ARN })],
    ['the permission is for another rule', permission('events.amazonaws.com', { SourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/other` })],
  ])('fails to invoke its function when %s', async (_what, Permission) => {
    const { RuleArn } = await deploy({ Permission });

    await put(ENDED);

    expect(received()).toEqual([]);
    expect(aws.eventBridge.failedInvocations).toEqual([expect.objectContaining({ rule: RuleArn, error: expect.objectContaining({ code: 'AccessDeniedException' }) })]);
  });

  test('does not invoke its function with invalid JSON', async () => {
    await deploy({ Rule: rule({ Targets: [{ ...TARGET, InputTransformer: { InputPathsMap: { none: '$.detail.none' }, InputTemplate: '{"none":<none>}' } }] }) });

    await put(ENDED);

    expect(aws.eventBridge.failedInvocations).toEqual([expect.objectContaining({ error: expect.objectContaining({ message: expect.stringContaining('not valid JSON: {"none":}') }) })]);
  });

  test.each<[string, object, string]>([
    ['a content filter', { EventPattern: { source: [{ prefix: 'aws.' }] } }, 'the content filter {"prefix":"aws."}'],
    ['one alternative', { EventPattern: { $or: [{ source: ['a'] }] } }, '"$or" must be an array of two patterns or more'],
    ['an unknown operator', { EventPattern: { $and: [{ source: ['a'] }] } }, '$and in event patterns'],
    ['a value that is not in a list', { EventPattern: { source: 'live' } }, '"source" must be an object or an array'],
    ['a schedule that is no rate', { ScheduleExpression: 'cron(0 3 * * ? *)' }, 'the schedule cron(0 3 * * ? *) of a rule'],
    ['a rate that does not agree with its unit', { ScheduleExpression: 'rate(1 hours)' }, 'Parameter ScheduleExpression is not valid.'],
    ['another event bus', { EventBusName: 'other' }, 'the event bus other'],
    ['a topic as target', { Targets: [{ Id: 'Topic', Arn: 'arn:aws:sns:us-east-1:123456789012:topic' }] }, 'neither a Lambda function nor a queue'],
    ['a dead-letter queue', { Targets: [{ ...TARGET, DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:queue' } }] }, 'DeadLetterConfig of an EventBridge target'],
    ['a predefined variable', { Targets: [{ ...TARGET, InputTransformer: { InputTemplate: '{"rule":"<aws.events.rule-name>"}' } }] }, '<aws.events.rule-name>'],
    ['a variable that is not defined', { Targets: [{ ...TARGET, InputTransformer: { InputTemplate: '{"a":<a>}' } }] }, 'contains invalid placeholder a'],
  ])('is refused with %s', async (_what, properties, reason) => {
    await expect(deploy({ Rule: rule(properties) })).rejects.toThrow(reason);
  });

  test('is deleted with its stack', async () => {
    await deploy({ Rule: rule({ Name: 'live' }) });
    const before = aws.eventBridge.hasRule(REGION, 'live');

    await deleteStack(aws);

    expect([before, aws.eventBridge.hasRule(REGION, 'live')]).toEqual([true, false]);
  });
});

describe('PutEvents', () => {
  test('names the rejected entries, and accepts the others', async () => {
    const { FailedEntryCount, Entries } = await put(
      ENDED, { ...ENDED, Detail: 'text' }, { ...ENDED, Source: 'aws.ivs' }, { ...ENDED, DetailType: undefined },
    );

    expect(FailedEntryCount).toBe(3);
    expect(Entries!.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual(['string', 'MalformedDetail', 'NotAuthorizedForSourceException', 'InvalidArgument']);
    expect(aws.eventBridge.events).toHaveLength(1);
  });

  test.each<[string, object | undefined, boolean]>([
    ['refused to a role without the permission', undefined, false],
    ['refused to a role that may put other events', { 'ForAllValues:StringEquals': { 'events:source': ['other'] } }, false],
    ['allowed to a role that may put these', { 'ForAllValues:StringEquals': { 'events:source': ['live'], 'events:detail-type': ['Stream'] } }, true],
  ])('is %s', async (_what, Condition, isAllowed) => {
    aws.iam.createRole('Sender', {});
    if (Condition) {
      const Resource = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
      aws.iam.putRolePolicy('Sender', 'Policy', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource, Condition }] });
    }
    const credentials = aws.identities.assume({ arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Sender/session`, roleName: 'Sender' });
    client = new EventBridgeClient({ ...clientOptions(aws), credentials });

    const outcome = await put(ENDED).then(() => 'sent', ({ name }) => name);

    expect(outcome).toBe(isAllowed ? 'sent' : 'AccessDeniedException');
    expect(aws.eventBridge.events).toHaveLength(isAllowed ? 1 : 0);
  });

  test('refuses another event bus', async () => {
    await expect(put({ ...ENDED, EventBusName: 'other' })).rejects.toThrow('the event bus other');
  });
});
