import { LocalAws } from '../../../local-aws/local-aws';
import { deployTemplate, inlineFunction } from '../deploy-template';

const FAILS = 'exports.handler = async () => { process.stdout.write("tried\\n"); throw new Error("No."); };';

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
  aws.lambda.asyncRetryDelays = [20, 20];
});
afterEach(() => aws.stop());

/** The ARN of a function that fails, with these settings for asynchronous invocations. */
async function failingFunction(settings: object): Promise<string> {
  const FunctionName = { Ref: 'Function' };
  const { arn } = await deployTemplate(aws, {
    ...inlineFunction(FAILS),
    Settings: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName, Qualifier: '$LATEST', ...settings } },
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] } });
  return arn;
}

const attempts = () => aws.logs.text().split('\n').filter((line) => line === 'tried').length;

test('an asynchronous invocation is tried as often as is set', async () => {
  aws.lambda.invokeAsync(await failingFunction({ MaximumRetryAttempts: 1 }), {});
  await aws.lambda.idle();

  expect(attempts()).toBe(2);
});

test('an event that is too old is not handed over any more', async () => {
  aws.lambda.asyncRetryDelays = [200, 200];
  aws.lambda.invokeAsync(await failingFunction({ MaximumEventAgeInSeconds: 60 }), {});
  while (!attempts()) await new Promise((resolve) => setTimeout(resolve, 10));
  await aws.clock.advance(61_000);
  await aws.lambda.idle();

  expect(attempts()).toBe(1);
});

test.each([
  [{ MaximumEventAgeInSeconds: 59 }, 'MaximumEventAgeInSeconds must be 60 to 21600, got: 59'],
  [{ MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts must be 0 to 2, got: 3'],
  [{ Qualifier: 'live' }, 'asynchronous invocation settings of live'],
])('refuses %j', async (settings, message) => {
  await expect(failingFunction(settings)).rejects.toThrow(message);
});
