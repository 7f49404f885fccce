import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WhileLive } from '../contract/while-live';
import { propError } from '../core/prop-error';
import type { StreamKeyProvider } from '../provider/stream-key-provider';

/** The serial is a number that can be counted up. */
export function validateSerial(scope: Construct, serial?: number): void {
  if (serial === undefined || Token.isUnresolved(serial)) return;
  if (!Number.isSafeInteger(serial) || serial < 0) {
    throw propError(scope, {
      prop: 'serial',
      rule: 'must be a whole number, 0 or more',
      got: serial,
      advice: 'Start with 1 and count it up by 1 to rotate the stream key',
    });
  }
}

/** The template depends on `whileLive`, so it must be known at synthesis. */
export function validateWhileLive(scope: Construct, whileLive?: WhileLive): void {
  if (!Token.isUnresolved(whileLive)) return;
  throw propError(scope, {
    prop: 'whileLive',
    rule: 'must be known when the template is made, as permissions and rules follow from it',
    got: 'a token',
    advice: 'Use one of the values of WhileLive',
  });
}

/** The provider's permissions are written on the id of its stack, which is what the stream key is tagged with. */
export function validateProvider(scope: Construct, provider?: StreamKeyProvider): void {
  const ours = Stack.of(scope);
  if (!provider || Stack.of(provider) === ours) return;
  throw propError(scope, {
    prop: 'provider',
    rule: `must be in the stack of the stream key, ${ours.node.path}, as it is allowed to touch no keys of other stacks`,
    got: provider.node.path,
    advice: 'Make one in that stack',
  });
}
