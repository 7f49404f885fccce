import * as cdk from 'aws-cdk-lib';
import { suppressNagRule } from '../../../src/provider/nag-suppression';

const KEY = 'aws:cdk:acknowledged-rules';
const RULE = { id: 'AwsSolutions-IAM5', reason: 'There is one.' };
const FINDINGS = ['Resource::arn:<AWS::Partition>:ivs:*:<AWS::AccountId>:channel/*', 'Resource::*'];

let resource: cdk.CfnResource;
let construct: cdk.CustomResource;
beforeEach(() => {
  construct = new cdk.CustomResource(new cdk.Stack(), 'Resource', { serviceToken: 'arn' });
  resource = construct.node.defaultChild as cdk.CfnResource;
});
const own = Object.getOwnPropertyDescriptor(cdk, 'Validations');
afterEach(() => {
  if (own) Object.defineProperty(cdk, 'Validations', own); else delete (cdk as any).Validations;
});

/** Stands in for the Validations of another aws-cdk-lib than the one in use. */
const withValidations = (acknowledge?: (id: string) => void) => Object.defineProperty(cdk, 'Validations', {
  configurable: true,
  value: acknowledge && { ACKNOWLEDGED_RULES_METADATA_KEY: KEY, of: () => ({ acknowledge: ({ id }: { id: string }) => acknowledge(id) }) },
});
const acknowledged = () => resource.node.metadata.filter(({ type }) => type === KEY).map(({ data }) => data);
const noted = () => resource.getMetadata('cdk_nag');

test('notes a rule for cdk-nag 2, without Validations', () => {
  withValidations(undefined);

  suppressNagRule(construct, RULE);

  expect(noted()).toEqual({ rules_to_suppress: [RULE] });
  expect(acknowledged()).toEqual([]);
});

test('notes only the findings that are named', () => {
  suppressNagRule(construct, RULE, FINDINGS);

  expect(noted()).toEqual({ rules_to_suppress: [{ ...RULE, applies_to: FINDINGS }] });
});

test('notes a rule once, with the findings that were named last', () => {
  suppressNagRule(construct, { id: 'AwsSolutions-L1', reason: 'There is another one.' });
  suppressNagRule(construct, RULE, FINDINGS.slice(0, 1));
  suppressNagRule(construct, RULE, FINDINGS);

  expect(noted().rules_to_suppress).toEqual([{ id: 'AwsSolutions-L1', reason: 'There is another one.' }, { ...RULE, applies_to: FINDINGS }]);
});

test('acknowledges each finding by its own id for cdk-nag 3', () => {
  const ids: string[] = [];
  withValidations((id) => { ids.push(id); });

  suppressNagRule(construct, RULE, FINDINGS);
  suppressNagRule(construct, { id: 'AwsSolutions-L1', reason: 'There is another one.' });

  expect(ids).toEqual([...FINDINGS.map((finding) => `AwsSolutions-IAM5[${finding}]`), 'AwsSolutions-L1']);
});

test('leaves what cdk-nag 3 reads where the CDK refuses an id, once', () => {
  withValidations((id) => { throw new Error(`Invalid validation rule ID '${id}'.`); });

  for (let time = 0; time < 2; time++) suppressNagRule(construct, RULE, FINDINGS);

  expect(acknowledged()).toEqual(FINDINGS.map((finding) => ({ [`AwsSolutions-IAM5[${finding}]`]: RULE.reason })));
});
