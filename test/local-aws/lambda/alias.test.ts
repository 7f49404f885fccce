import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deleteStack, deployTemplate, inlineFunction, permission } from '../deploy-template';

const RULE = { principal: 'events.amazonaws.com', sourceArn: 'arn:aws:events:us-east-1:123456789012:rule/any' };

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

const alias = (FunctionVersion = '$LATEST') =>
  ({ Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' }, FunctionVersion, Name: 'rules' } });

/** The ARNs of a function that answers the ARN by which it was invoked, and of its alias, by which EventBridge may. */
async function functionWithAlias(): Promise<Record<string, string>> {
  return deployTemplate(aws, {
    ...inlineFunction('exports.handler = async (_, { invokedFunctionArn }) => invokedFunctionArn;'),
    Alias: alias(),
    Permission: permission('events.amazonaws.com', { FunctionName: { Ref: 'Alias' } }),
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, aliasArn: { Ref: 'Alias' } });
}

/** What the function answers, or the name of the error. */
async function invoke(FunctionName: string): Promise<string> {
  const client = new LambdaClient(clientOptions(aws));
  try {
    const { Payload } = await client.send(new InvokeCommand({ FunctionName }));
    return JSON.parse(Payload!.transformToString());
  } catch ({ name }: any) {
    return name;
  } finally {
    client.destroy();
  }
}

test('the context has the ARN that was invoked', async () => {
  const { arn, aliasArn } = await functionWithAlias();

  expect(aliasArn).toBe(`${arn}:rules`);
  expect([await invoke(arn), await invoke(aliasArn)]).toEqual([arn, aliasArn]);
});

test('a missing alias is not found', async () => {
  const { arn } = await functionWithAlias();

  expect(await invoke(`${arn}:another`)).toBe('ResourceNotFoundException');
});

test('an alias has permissions of its own', async () => {
  const { arn, aliasArn } = await functionWithAlias();

  await expect(aws.lambda.invokeFor(RULE, aliasArn, {})).resolves.toMatchObject({ result: JSON.stringify(aliasArn) });
  await expect(aws.lambda.invokeFor(RULE, arn, {})).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('an alias is deleted with its stack', async () => {
  const { aliasArn } = await functionWithAlias();

  await deleteStack(aws);

  expect(await invoke(aliasArn)).toBe('ResourceNotFoundException');
});

test('an alias of a version is refused, as functions have none here', async () => {
  const refused = deployTemplate(aws, { ...inlineFunction('exports.handler = async () => 1;'), Alias: alias('1') }, {});

  await expect(refused).rejects.toThrow('The local AWS does not know the version 1 of a function');
});
