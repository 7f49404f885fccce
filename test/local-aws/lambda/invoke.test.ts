import { InvokeCommand, InvokeCommandInput, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

const CODE = `exports.handler = async ({ fail }, { invokedFunctionArn }) => {
  process.stdout.write('worked\\n');
  if (fail) throw new Error('on purpose');
  return invokedFunctionArn;
};`;

let aws: LocalAws;
let client: LambdaClient;
let arn: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  aws.lambda.asyncRetryDelays = [10, 10];
  client = new LambdaClient(clientOptions(aws));
  const alias = { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' }, FunctionVersion: '$LATEST', Name: 'live' } };
  ({ arn } = await deployTemplate(aws, { ...inlineFunction(CODE), Alias: alias }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const invoke = (input: Partial<InvokeCommandInput> = {}) => client.send(new InvokeCommand({ FunctionName: arn, ...input }));
const textOf = ({ Payload }: InvokeCommandOutput) => Payload!.transformToString();
const failing = Buffer.from(JSON.stringify({ fail: true }));

test('an answer has the status, the version that ran, and no log that nobody asked for', async () => {
  const answer = await invoke();

  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer).not.toHaveProperty('LogResult');
  expect(answer.FunctionError).toBeUndefined();
});

test('an error of the function is no error of the call', async () => {
  const answer = await invoke({ Payload: failing });

  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(JSON.parse(textOf(answer))).toMatchObject({ errorType: 'Error', errorMessage: 'on purpose' });
});

test('LogType Tail has the end of the log answered', async () => {
  const { LogResult } = await invoke({ LogType: 'Tail' });

  expect(Buffer.from(LogResult!, 'base64').toString()).toMatch(/^START RequestId: .*\nworked\nEND RequestId: .*\nREPORT RequestId: .*\n$/);
});

test.each([['live', ':live'], ['$LATEST', '']])('the qualifier %s chooses what is invoked', async (Qualifier, end) => {
  expect(JSON.parse(textOf(await invoke({ Qualifier })))).toBe(`${arn}${end}`);
  expect(JSON.parse(textOf(await invoke({ FunctionName: `${arn}:${Qualifier}` })))).toBe(`${arn}${end}`);
});

test('a qualifier that there is not is not found, and one that contradicts the name is refused', async () => {
  await expect(invoke({ Qualifier: 'other' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke({ FunctionName: `${arn}:live`, Qualifier: 'other' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('the ARN of another region is not found', async () => {
  await expect(invoke({ FunctionName: arn.replace('us-east-1', 'eu-west-1') })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('an Event is answered at once and attempted up to three times', async () => {
  const { StatusCode } = await invoke({ InvocationType: 'Event', Payload: failing });
  await aws.lambda.idle();

  expect(StatusCode).toBe(202);
  expect(aws.logs.text().match(/^worked$/gm)).toHaveLength(3);
});

test('a DryRun runs nothing', async () => {
  const { StatusCode } = await invoke({ InvocationType: 'DryRun' });

  expect(StatusCode).toBe(204);
  expect(aws.logs.text()).toBe('');
});

test('a payload that is no JSON is refused', async () => {
  await expect(invoke({ Payload: Buffer.from('{') })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
});

test('ClientContext is refused by name', async () => {
  await expect(invoke({ ClientContext: 'e30=' })).rejects.toThrow('The local AWS does not know the member ClientContext of lambda:Invoke.');
});

test('a role that only the function\'s policy allows may invoke it', async () => {
  const code = `const { Lambda } = require('@aws-sdk/client-lambda');
    exports.handler = async () => (await new Lambda({}).invoke({ FunctionName: '${arn}' })).StatusCode;`;
  const { caller, roleArn } = await deployTemplate(aws, inlineFunction(code), { caller: { 'Fn::GetAtt': ['Function', 'Arn'] }, roleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }, 'Caller');

  const before = await aws.lambda.invoke(caller, {});
  aws.lambda.permissions.add(arn, 'id', { action: 'lambda:InvokeFunction', principal: roleArn });

  expect(before.error).toMatchObject({ errorType: 'AccessDeniedException' });
  expect(await aws.lambda.invoke(caller, {})).toMatchObject({ result: '200' });
});
