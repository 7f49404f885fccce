import { DescribeRuleCommand, EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

let aws: LocalAws;
let client: EventBridgeClient;
let arn: string;
beforeAll(async () => {
  aws = await LocalAws.start();
  client = new EventBridgeClient(clientOptions(aws));
  const target = (Id: string) => ({ Id, Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } });
  ({ arn } = await deployTemplate(aws, {
    ...inlineFunction('exports.handler = async () => {};'),
    Hourly: { Type: 'AWS::Events::Rule', Properties: { Name: 'hourly', Description: 'each hour', ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' } },
    Live: { Type: 'AWS::Events::Rule', Properties: { Name: 'live', EventPattern: { source: ['aws.ivs'] }, Targets: [target('one'), target('two')] }, DependsOn: 'Hourly' },
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
});

const HOURLY = {
  Name: 'hourly', Arn: `arn:aws:events:${REGION}:123456789012:rule/hourly`, Description: 'each hour', ScheduleExpression: 'rate(1 hour)', State: 'DISABLED', EventBusName: 'default',
};
const LIVE = { Name: 'live', Arn: `arn:aws:events:${REGION}:123456789012:rule/live`, EventPattern: '{"source":["aws.ivs"]}', State: 'ENABLED', EventBusName: 'default' };

test('rules are listed page by page, and by the beginning of their names', async () => {
  const first = await client.send(new ListRulesCommand({ Limit: 1 }));
  const second = await client.send(new ListRulesCommand({ Limit: 1, NextToken: first.NextToken }));

  expect([first.Rules, second.Rules, second.NextToken]).toEqual([[HOURLY], [LIVE], undefined]);
  expect((await client.send(new ListRulesCommand({ NamePrefix: 'li', EventBusName: 'default' }))).Rules).toEqual([LIVE]);
});

test('a rule is described', async () => {
  expect(await client.send(new DescribeRuleCommand({ Name: 'live' }))).toMatchObject(LIVE);
});

test('the targets of a rule are listed page by page', async () => {
  const first = await client.send(new ListTargetsByRuleCommand({ Rule: 'live', Limit: 1 }));
  const second = await client.send(new ListTargetsByRuleCommand({ Rule: 'live', NextToken: first.NextToken }));

  expect([first.Targets, second.Targets, second.NextToken]).toEqual([[{ Id: 'one', Arn: arn }], [{ Id: 'two', Arn: arn }], undefined]);
});

test('a rule that there is not is not found', async () => {
  await expect(client.send(new DescribeRuleCommand({ Name: 'other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(client.send(new ListTargetsByRuleCommand({ Rule: 'other' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('another event bus is refused by name', async () => {
  await expect(client.send(new ListRulesCommand({ EventBusName: 'other' }))).rejects.toThrow('The local AWS does not know the event bus other.');
});
