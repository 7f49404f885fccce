import { Aspects, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { shortOfTime } from './short-of-time';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

/** Takes an action out of every policy of a stack. */
function withhold(stack: Stack, action: string): void {
  Aspects.of(stack).add({
    visit(node: IConstruct): void {
      if (!(node instanceof iam.CfnPolicy)) return;
      const { Statement } = stack.resolve(node.policyDocument);
      const without = Statement.map((statement: any) => ({ ...statement, Action: [statement.Action].flat().filter((name) => name !== action) }));
      node.addPropertyOverride('PolicyDocument.Statement', without.filter((statement: any) => statement.Action.length));
    },
  });
}

async function deployWithout(action: string): Promise<Stage> {
  const stage = await Stage.start();
  await stage.tryDeploy((stack) => {
    new ManagedStreamKey(stack, 'Live');
    withhold(stack, action);
    shortOfTime(stack);
  });
  return stage;
}

// The function waits for a permission that may not be in force yet: for both at once.
const ACTIONS = ['ivs:CreateStreamKey', 'secretsmanager:PutSecretValue'];
let stages: Stage[];
beforeAll(async () => { stages = await Promise.all(ACTIONS.map(deployWithout)); });
afterAll(() => Promise.all(stages.map((stage) => stage.stop())));

describe.each(ACTIONS)('a deployment whose role lacks %s', (action) => {
  const stage = () => stages[ACTIONS.indexOf(action)];

  test('fails within a minute', () => {
    const times = stage().stack().events.map(({ Timestamp }) => Timestamp.getTime());
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(60_000);
  });

  test('fails with a reason that names the action', () => {
    expect(stage().failures()).toContainEqual(expect.stringContaining(`The handler's role has to be allowed ${action}`));
  });

  test('leaves nothing behind', () => {
    expect({ status: stage().stack().status, left: stage().inventory() }).toEqual({ status: 'ROLLBACK_COMPLETE', left: [] });
  });
});

test('a key that was created but could not be stored is deleted', () => {
  const stage = stages[ACTIONS.indexOf('secretsmanager:PutSecretValue')];
  const done = stage.aws.endpoint.calls.byFunctions().filter(({ error }) => !error).map(({ operation }) => operation);

  expect(done).toEqual(expect.arrayContaining(['ivs:CreateStreamKey', 'ivs:DeleteStreamKey']));
});
