import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetChannelCommand, IvsClient, ListStreamKeysCommand } from '@aws-sdk/client-ivs';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Facts, requireAll, run } from './hook';
import { Pace, Waiting } from '../../../observe/waiting';

/** A resource, by its type and physical id. */
interface Resource {
  readonly type: string;
  readonly id: string;
}

/** Whether there is still such a resource: an error whose name says that there is none is a no. */
type Look = (id: string) => Promise<boolean>;

const ivs = new IvsClient({});
const LOOKS: Record<string, Look> = {
  'AWS::IVS::Channel': async (arn) => Boolean(await ivs.send(new GetChannelCommand({ arn }))),
  'stream key': async (channelArn) => (await ivs.send(new ListStreamKeysCommand({ channelArn }))).streamKeys!.length > 0,
  // A secret that is being deleted can be described for a while.
  'AWS::SecretsManager::Secret': async (SecretId) => !(await new SecretsManagerClient({}).send(new DescribeSecretCommand({ SecretId }))).DeletedDate,
  'AWS::Logs::LogGroup': async (logGroupName) => Boolean(await new CloudWatchLogsClient({}).send(new FilterLogEventsCommand({ logGroupName, limit: 1 }))),
  'AWS::Events::Rule': async (Name) => Boolean(await new EventBridgeClient({}).send(new DescribeRuleCommand({ Name }))),
  'AWS::SQS::Queue': async (QueueUrl) => Boolean(await new SQSClient({}).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))),
};

/** The log groups that Lambda makes for functions without one. */
const logGroupOf = (functionName: string): Resource => ({ type: 'AWS::Logs::LogGroup', id: `/aws/lambda/${functionName}` });

/** SQS shows a queue for up to a minute after its deletion. */
const IS_GONE: Pace = { every: 5000, longest: 90_000 };

const memory = (stackName: string) => path.join(__dirname, '..', '..', '..', 'node_modules', '.cache', 'integ', `${stackName}.json`);

/** Before destroy: the resources of the stack and of its assertions. */
async function remember(stackName: string): Promise<void> {
  const resources: Resource[] = [];
  for (const name of [stackName, `${stackName}-assertions`]) {
    const { StackResources = [] } = await new CloudFormationClient({}).send(new DescribeStackResourcesCommand({ StackName: name }));
    for (const { ResourceType, PhysicalResourceId } of StackResources) {
      if (PhysicalResourceId) resources.push({ type: ResourceType!, id: PhysicalResourceId });
    }
  }
  const ids = (type: string) => resources.filter((resource) => resource.type === type).map(({ id }) => id);
  const others = [...ids('AWS::IVS::Channel').map((id) => ({ type: 'stream key', id })), ...ids('AWS::Lambda::Function').map(logGroupOf)];
  fs.mkdirSync(path.dirname(memory(stackName)), { recursive: true });
  fs.writeFileSync(memory(stackName), JSON.stringify([...resources, ...others].filter(({ type }) => type in LOOKS)));
}

/** After destroy: none of them is there any more. CloudFormation answers for the types that have no look here, such as roles. */
async function find(stackName: string): Promise<void> {
  const remembered: Resource[] = JSON.parse(fs.readFileSync(memory(stackName), 'utf8'));
  const facts: Facts = {};
  for (const name of [stackName, `${stackName}-assertions`]) facts[`there is no stack ${name}`] = !await exists(() => stackExists(name));
  const waiting = new Waiting(new AbortController().signal);
  await Promise.all(remembered.map(async ({ type, id }) => {
    facts[`there is no ${type} ${id}`] = await waiting.until(IS_GONE, async () => !await exists(() => LOOKS[type](id)) || undefined) === true;
  }));
  const types = new Set(remembered.map(({ type }) => type));
  for (const type of Object.keys(LOOKS)) facts[`the stack had a ${type}`] = types.has(type);
  requireAll(facts);
  fs.rmSync(memory(stackName));
}

async function stackExists(StackName: string): Promise<boolean> {
  return Boolean(await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName })));
}

async function exists(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    const { name, message } = error as Error;
    if (/NotFound|NonExistentQueue|QueueDoesNotExist/.test(name) || /does not exist/.test(message)) return false;
    throw error;
  }
}

run(async (step, stackName) => (step === 'remember' ? remember(stackName) : find(stackName)));
