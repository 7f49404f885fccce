import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

const CODE = 'exports.handler = async () => { await new Promise((resolve) => setTimeout(resolve, 500)); process.stdout.write("worked\\n"); return 1; };';

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

/** The ARN of a function with room for that many executions. */
async function functionWith(ReservedConcurrentExecutions?: number): Promise<string> {
  const { Role, Function: { Properties, ...definition } } = inlineFunction(CODE) as Record<string, any>;
  const { arn } = await deployTemplate(aws, {
    Role, Function: { ...definition, Properties: { ...Properties, ReservedConcurrentExecutions } },
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] } });
  return arn;
}

/** What becomes of that many invocations at the same time. */
async function invoke(FunctionName: string, count: number): Promise<string[]> {
  const client = new LambdaClient(clientOptions(aws));
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => client.send(new InvokeCommand({ FunctionName }))));
  client.destroy();
  return outcomes.map((outcome) => outcome.status === 'fulfilled' ? 'done' : outcome.reason.name).sort();
}

test('a function with reserved concurrency throttles further events', async () => {
  const arn = await functionWith(1);

  expect(await invoke(arn, 3)).toEqual(['TooManyRequestsException', 'TooManyRequestsException', 'done']);
  expect(await invoke(arn, 1)).toEqual(['done']);
});

test('a function without it has room for all', async () => {
  expect(await invoke(await functionWith(), 3)).toEqual(['done', 'done', 'done']);
});

test('asynchronous events wait for room', async () => {
  const arn = await functionWith(1);

  for (let number = 1; number <= 3; number++) aws.lambda.invokeAsync(arn, {});
  await aws.lambda.idle();

  expect(aws.logs.text().match(/^worked$/gm)).toHaveLength(3);
});
