import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand, ListExportsCommand, ListStacksCommand, ListStacksCommandInput,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: CloudFormationClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient(clientOptions(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const log = { Type: 'AWS::Logs::LogGroup' };
const input = (StackName: string, more: object = {}) => ({ StackName, TemplateBody: JSON.stringify({ Resources: { Log: log }, ...more }) });
const create = (StackName: string, more: object = {}) => client.send(new CreateStackCommand(input(StackName, more)));
const isOurs = ({ StackName }: { StackName?: string }) => StackName !== 'CDKToolkit';
const list = async (more: ListStacksCommandInput = {}) => (await client.send(new ListStacksCommand(more))).StackSummaries!.filter(isOurs);

test('stacks are listed, the deleted ones too, with the times of what has happened to them', async () => {
  await create('Kept', { Description: 'the first' });
  await create('Gone');
  await client.send(new UpdateStackCommand(input('Kept', { Description: 'the second', Resources: { Log: log, Other: log } })));
  await client.send(new DeleteStackCommand({ StackName: 'Gone' }));

  const [kept, gone] = await list();

  expect(kept).toMatchObject({ StackName: 'Kept', StackStatus: 'UPDATE_COMPLETE', TemplateDescription: 'the second', LastUpdatedTime: expect.any(Date) });
  expect(kept.DeletionTime).toBeUndefined();
  expect(gone).toMatchObject({ StackName: 'Gone', StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) });
  expect((await client.send(new DescribeStacksCommand({}))).Stacks!.filter(isOurs)).toMatchObject([{ StackName: 'Kept', Description: 'the second' }]);
});

test('stacks are listed by their status, and those of the region only', async () => {
  const elsewhere = new CloudFormationClient({ ...clientOptions(aws), region: 'eu-west-1' });
  await elsewhere.send(new CreateStackCommand(input('Elsewhere')));
  elsewhere.destroy();
  await create('One');
  await create('Two', { Resources: { Log: { ...log, Properties: { Colour: 'blue' } } } });

  expect((await list({ StackStatusFilter: ['ROLLBACK_COMPLETE', 'DELETE_FAILED'] })).map(({ StackName }) => StackName)).toEqual(['Two']);
  expect((await list()).map(({ StackName }) => StackName)).toEqual(['One', 'Two']);
});

test('exports are listed page by page, without outputs that are none', async () => {
  const exports = Array.from({ length: 101 }, (_, index) => [`Out${index}`, { Value: 'x', Export: { Name: `export-${index}` } }]);
  const { StackId } = await create('Producer', { Outputs: { Plain: { Value: 'y' }, ...Object.fromEntries(exports) } });

  const first = await client.send(new ListExportsCommand({}));
  const second = await client.send(new ListExportsCommand({ NextToken: first.NextToken }));

  expect([first.Exports!.length, second.Exports!.length, second.NextToken]).toEqual([100, 1, undefined]);
  expect(first.Exports![0]).toEqual({ ExportingStackId: StackId, Name: 'export-0', Value: 'x' });
});

test('the stack of the bootstrap is there, and is not changed', async () => {
  expect((await client.send(new ListStacksCommand({}))).StackSummaries).toMatchObject([{ StackName: 'CDKToolkit', StackStatus: 'CREATE_COMPLETE' }]);
  const refusal = 'The local AWS does not know a change of the stack CDKToolkit.';
  await expect(client.send(new DeleteStackCommand({ StackName: 'CDKToolkit' }))).rejects.toThrow(refusal);
  await expect(client.send(new UpdateStackCommand(input('CDKToolkit')))).rejects.toThrow(refusal);
});
