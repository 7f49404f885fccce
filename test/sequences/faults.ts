import * as fc from 'fast-check';
import type { Action, NewAction } from './actions';
import { AwsError } from '../../local-aws/core/aws-error';
import type { Disturbance } from '../../local-aws/faults/disturbances';

/** The calls that the handler makes. */
export const OPERATIONS = [
  'ivs:CreateStreamKey', 'ivs:DeleteStreamKey', 'ivs:GetChannel', 'ivs:GetStream', 'ivs:GetStreamKey', 'ivs:GetStreamSession', 'ivs:ListStreamKeys',
  'ivs:StopStream', 'ivs:TagResource', 'ivs:UntagResource', 'cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds', 'secretsmanager:PutSecretValue',
  'secretsmanager:TagResource', 'secretsmanager:UpdateSecretVersionStage', 'sqs:SendMessage',
];

const KINDS: Record<string, Pick<Disturbance, 'when' | 'effect'>> = {
  'the end of the function before': { when: 'before', effect: 'crash' },
  'the end of the function after': { when: 'after', effect: 'crash' },
  'a lost connection after': { when: 'after', effect: 'disconnect' },
  'no answer to': { when: 'after', effect: 'hang' },
  'an internal error of': { effect: new AwsError('InternalServerException', 'No.', 500) },
  'a refusal of': { effect: new AwsError('ValidationException', 'No.') },
};

/** A fault of one call: the next of an operation, or one of those after it. */
export function faults(newAction: NewAction): fc.Arbitrary<Action> {
  const parts = { operation: fc.constantFrom(...OPERATIONS), kind: fc.constantFrom(...Object.keys(KINDS)), skip: fc.nat({ max: 2 }) };
  return fc.record(parts).map(({ operation, kind, skip }) => newAction(
    `prepare ${kind} ${operation}${skip ? `, call ${skip + 1}` : ''}`,
    // One at a time: the next comes once this one has met its call.
    (world) => !world.hasFaultAhead,
    async (world) => world.prepareFault({ operation, skip, ...KINDS[kind] }),
  ));
}
