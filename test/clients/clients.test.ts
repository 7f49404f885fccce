import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ACCOUNT, LocalAws } from '../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../local-aws/deploy-template';
import { hasPython, PythonVenv } from '../python-venv';

if (!hasPython) process.stdout.write('The local AWS is not looked at with AWS CLI and boto3: `python3 -m venv` does not run on this machine.\n');
const testWithPython = hasPython ? test : test.skip;

const venv = new PythonVenv('test-clients', path.join(__dirname, 'requirements.txt'));
const BUCKETS = ['eu-west-1', 'us-east-1', 'us-west-2'].map((region) => `cdk-hnb659fds-assets-${ACCOUNT}-${region}`);

let aws: LocalAws;
let home: string;
let functionArn: string;
beforeAll(async () => {
  if (!hasPython) return;
  venv.install();
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'clients-'));
  aws = await LocalAws.start();
  ({ arn: functionArn } = await deployTemplate(aws, {
    ...inlineFunction('exports.handler = async () => { console.log("works"); return "done"; };'),
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'live/key', SecretString: 'value' } },
    Channel: { Type: 'AWS::IVS::Channel', Properties: { Name: 'main-stage' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'hourly', ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'function', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }] },
    },
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
  const client = new LambdaClient(clientOptions(aws));
  await client.send(new InvokeCommand({ FunctionName: functionArn }));
  client.destroy();
});
afterAll(async () => {
  await aws?.stop();
  if (home) fs.rmSync(home, { recursive: true });
});

/** Runs a command of the virtual environment with the variables that the local AWS prints, and no others of AWS. Returns what it prints, and throws that if it fails. */
async function run(command: string, ...args: string[]): Promise<string> {
  const env = { ...aws.environment, PATH: `${venv.bin}${path.delimiter}${process.env.PATH}`, HOME: home };
  const { stdout } = await promisify(execFile)(path.join(venv.bin, command), args, { env, encoding: 'utf8' });
  return stdout;
}

/** What AWS CLI answers to a command, such as `lambda list-functions`, of which a JMESPath expression chooses a part. */
const cli = async (command: string, query: string) => JSON.parse(await run('aws', ...command.split(' '), '--output', 'json', '--query', query));

const functionName = () => functionArn.split(':').pop()!;
const logGroup = () => `/aws/lambda/${functionName()}`;

describe('AWS CLI', () => {
  testWithPython.each<[string, string, unknown]>([
    ['secretsmanager list-secrets', 'SecretList[].Name', ['live/key']],
    ['secretsmanager list-secrets --filters Key=name,Values=other', 'SecretList', []],
    ['secretsmanager get-secret-value --secret-id live/key', 'SecretString', 'value'],
    ['cloudformation list-stacks', 'StackSummaries[].StackName', ['CDKToolkit', 'Test']],
    ['cloudformation list-stacks --stack-status-filter DELETE_COMPLETE', 'StackSummaries', []],
    ['cloudformation describe-stacks', 'Stacks[].StackStatus', ['CREATE_COMPLETE', 'CREATE_COMPLETE']],
    ['cloudformation list-stack-resources --stack-name Test', 'StackResourceSummaries[?ResourceType==`AWS::IVS::Channel`].LogicalResourceId', ['Channel']],
    ['cloudformation list-exports', 'Exports', []],
    ['events list-rules', 'Rules[].[Name, ScheduleExpression]', [['hourly', 'rate(1 hour)']]],
    ['events list-targets-by-rule --rule hourly', 'Targets[].Id', ['function']],
    ['lambda list-functions', 'Functions[].Runtime', ['nodejs22.x']],
    ['ivs list-channels', 'channels[].name', ['main-stage']],
    ['s3api list-buckets', 'Buckets[].Name', BUCKETS],
  ])('%s', async (command, query, answer) => {
    expect(await cli(command, query)).toEqual(answer);
  });

  testWithPython('reads the log of a function', async () => {
    const groups = await cli('logs describe-log-groups', 'logGroups[].logGroupName');
    const [stream] = await cli(`logs describe-log-streams --log-group-name ${groups[0]}`, 'logStreams[].logStreamName');
    const messages: string[] = await cli(`logs get-log-events --log-group-name ${groups[0]} --log-stream-name ${stream}`, 'events[].message');

    expect(groups).toEqual([logGroup()]);
    expect(messages).toEqual(expect.arrayContaining([expect.stringMatching(/\tINFO\tworks$/)]));
    expect(await cli(`logs filter-log-events --log-group-name ${groups[0]} --filter-pattern works`, 'events[].logStreamName')).toEqual([stream]);
  });

  testWithPython('describes a function, and invokes it', async () => {
    expect(await cli(`lambda get-function --function-name ${functionName()}`, 'Configuration.[FunctionArn, State]')).toEqual([functionArn, 'Active']);
    const into = path.join(home, 'answer.json');
    await run('aws', 'lambda', 'invoke', '--function-name', functionName(), into);
    expect(JSON.parse(fs.readFileSync(into, 'utf8'))).toBe('done');
  });

  testWithPython('lists buckets, folders and objects', async () => {
    for (const key of ['top', 'in/folder']) aws.s3.putObject(BUCKETS[1], key, Buffer.from('text'));
    const columns = async (...args: string[]) => (await run('aws', 's3', 'ls', ...args)).trim().split('\n').map((line) => line.trim().split(/ +/).slice(-2));

    expect((await columns()).map(([, name]) => name)).toEqual(BUCKETS);
    expect(await columns(`s3://${BUCKETS[1]}/`)).toEqual([['PRE', 'in/'], ['4', 'top']]);
    expect(await columns(`s3://${BUCKETS[1]}/in/`)).toEqual([['4', 'folder']]);
  });

  testWithPython('copies an object', async () => {
    aws.s3.putObject(BUCKETS[1], 'asset', Buffer.from('its text'));
    await run('aws', 's3', 'cp', `s3://${BUCKETS[1]}/asset`, path.join(home, 'asset'));

    expect(fs.readFileSync(path.join(home, 'asset'), 'utf8')).toBe('its text');
  });

  testWithPython.each([
    ['iam list-roles', 'the service iam'],
    ['kms list-keys', 'the service kms'],
    ['secretsmanager create-secret --name x', 'the operation secretsmanager:CreateSecret'],
    ['logs filter-log-events --log-group-name x --log-stream-name-prefix x', 'the member logStreamNamePrefix of logs:FilterLogEvents'],
  ])('%s is refused by name', async (command, what) => {
    await expect(cli(command, '@')).rejects.toThrow(`The local AWS does not know ${what}.`);
  });

  testWithPython('calls the local AWS for queues if it is told the endpoint', async () => {
    await expect(cli(`sqs list-queues --endpoint-url ${aws.url}`, '@')).rejects.toThrow('The local AWS does not know the operation sqs:ListQueues.');
  });
});

testWithPython('boto3 looks around, and checks the checksum of what it has stored', async () => {
  const seen = JSON.parse(await run('python', path.join(__dirname, 'look_around.py')));

  expect(seen).toEqual({
    'buckets': BUCKETS,
    'object': { sent: seen.object.read, read: expect.stringMatching(/^[\w+/]{6}==$/), text: 'some text' },
    'objects': ['some/key'],
    'secrets': ['live/key'],
    'stacks': ['CDKToolkit', 'Test'],
    'described stacks': ['CDKToolkit', 'Test'],
    'resources': ['Channel', 'Function', 'Role', 'Rule', 'Secret'],
    'exports': [],
    'log groups': [true],
    'log': expect.arrayContaining([expect.stringMatching(/\tINFO\tworks$/)]),
    'rules': ['hourly'],
    'targets': ['function'],
    'channels': ['main-stage'],
    'invoked': 'done',
  });
});
