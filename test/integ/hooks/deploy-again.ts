import {
  CloudFormationClient, DescribeStacksCommand, GetTemplateCommand, UpdateStackCommand, waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { Deployed, isKept } from './deployed';
import { requireAll, run } from './hook';

/**
 * Deploys the stack again, with another tag for the stream key: CloudFormation calls the handler, which must rotate nothing. And once more without
 * any change, which CloudFormation refuses before it calls anybody.
 */
async function deployAgain(stackName: string): Promise<void> {
  const deployed = await Deployed.find(stackName);
  const before = await deployed.observe();

  const updated = await update(stackName);
  const isChanged = await update(stackName).then(() => true, ({ message }: Error) => !/No updates are to be performed/.test(message));

  const after = await deployed.observe();
  requireAll({
    'the deployment changed the tags of the stream key': updated,
    'the deployment that followed changed nothing': !isChanged,
    'the stream key is the same': after.arn === before.arn && after.value === before.value,
    'the version of the secret is the same': after.version === before.version,
    'the secret holds the one stream key of the channel': isKept(after),
  });
}

/** Gives the parameter `Revision` the value 2. */
async function update(stackName: string): Promise<boolean> {
  const client = new CloudFormationClient({});
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stackName }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  await client.send(new UpdateStackCommand({
    StackName: stackName,
    TemplateBody,
    Parameters: Stacks![0].Parameters!.map(({ ParameterKey }) => (
      ParameterKey === 'Revision' ? { ParameterKey, ParameterValue: '2' } : { ParameterKey, UsePreviousValue: true })),
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
  }));
  const { state } = await waitUntilStackUpdateComplete({ client, maxWaitTime: 900, minDelay: 1, maxDelay: 5 }, { StackName: stackName });
  return state === 'SUCCESS';
}

run(deployAgain);
