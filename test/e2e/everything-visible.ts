import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CloudFormationClient, DescribeChangeSetCommand, DescribeStackResourcesCommand, DescribeStacksCommand, GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import type { Stage } from './stage';

/** Where a value that should be in the secret only could turn up. */
export const PLACES = [
  'the template', 'the change set', 'the stack\'s description, resources and outputs', 'the stack\'s events', 'the answers of the function', 'the log of the function',
  'the files of the app and of the CLI', 'the output of the CLI', 'the calls other than PutSecretValue', 'the tags',
  'the events on the bus', 'what Secrets Manager heard of its rotations',
] as const;

/** What each place shows, as text. */
export type Visible = Record<typeof PLACES[number], string>;

/** All that can be seen of a stack that is there and has a change set. */
export async function everythingVisible(stage: Stage): Promise<Visible> {
  const { aws } = stage;
  const client = new CloudFormationClient({ endpoint: aws.url, region: 'us-east-1', credentials: aws.identities.administrator });
  const StackName = stage.stack().name;
  const [template, changeSet, description, resources] = await Promise.all([
    client.send(new GetTemplateCommand({ StackName })),
    client.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: 'cdk-deploy-change-set', IncludePropertyValues: true })),
    client.send(new DescribeStacksCommand({ StackName })),
    client.send(new DescribeStackResourcesCommand({ StackName })),
  ]);
  client.destroy();
  return {
    ...visibleAfterwards(stage),
    'the template': text([template, stage.stack().specification]),
    'the change set': text(changeSet),
    'the stack\'s description, resources and outputs': text([description, resources]),
    'the tags': text([...aws.ivs.allChannels, ...aws.ivs.allStreamKeys, ...aws.secretsManager.all].map(({ tags }) => tags)),
  };
}

/** What can be seen even when the stack is gone. */
export function visibleAfterwards(stage: Stage): Omit<Visible, 'the template' | 'the change set' | 'the stack\'s description, resources and outputs' | 'the tags'> {
  const { aws, cli, directory, output } = stage;
  return {
    'the stack\'s events': text(stage.stack().events),
    'the answers of the function': text(aws.customResources.answers),
    'the log of the function': aws.logs.text(),
    'the files of the app and of the CLI': [directory, cli.home].map(filesBelow).join('\n'),
    'the output of the CLI': output,
    'the events on the bus': text(aws.eventBridge.events),
    'what Secrets Manager heard of its rotations': text(aws.secretsManager.rotations.attempts),
    'the calls other than PutSecretValue': text(aws.endpoint.calls.all.filter(({ operation }) => operation !== 'secretsmanager:PutSecretValue')),
  };
}

/** JSON, in which bytes are readable, too: an uploaded file is part of a call. */
function text(value: unknown): string {
  return JSON.stringify(value, (_name, content) => (content?.type === 'Buffer' ? Buffer.from(content.data).toString('latin1') : content));
}

function filesBelow(directory: string): string {
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n');
}
