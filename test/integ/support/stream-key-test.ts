import { ExpectedResult, IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { keepLogsInStack } from './keep-logs-in-stack';
import { PROMISES, Request, StreamKeyCheck } from './stream-key-check';
import type { ManagedStreamKey } from '../../../src';

export interface StreamKeyTestProps {
  /** The name of the stack; the assertions are in another, `<name>-assertions`. */
  readonly name: string;
  readonly fill: (stack: Stack) => ManagedStreamKey;
  /** What is asserted, one after the other. */
  readonly requests: Request[];
  /** The hook, a file in hooks/, that runs after the assertions. */
  readonly afterDeploy: string;
}

/** A test case for integ-runner: a stack with a stream key, assertions, and hooks for what needs more than one deployment. */
export function streamKeyTest(app: App, { name, fill, requests, afterDeploy }: StreamKeyTestProps): void {
  const stack = new Stack(app, name);
  const { functionName } = new StreamKeyCheck(stack, 'Check', { streamKey: fill(stack), requests });
  const assertionStack = new Stack(app, `${name}-assertions`);
  const hook = (file: string, ...args: string[]) => ['node --import tsx', `hooks/${file}.ts`, ...args, name].join(' ');

  const test = new IntegTest(app, `${name}-test`, {
    testCases: [stack],
    assertionStack,
    // It would deploy the snapshot, for which all assets would have to be committed.
    stackUpdateWorkflow: false,
    hooks: { postDeploy: [hook(afterDeploy)], preDestroy: [hook('leftovers', 'remember')], postDestroy: [hook('leftovers', 'find')] },
  });
  requests
    .map((request): IApiCall => test.assertions
      .invokeFunction({ functionName, payload: JSON.stringify({ request }) })
      .expect(ExpectedResult.objectLike({ Payload: JSON.stringify(PROMISES[request]) })))
    .reduce((earlier, later) => earlier.next(later));
  keepLogsInStack(assertionStack);
}
