import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { propError } from './prop-error';

/** The name is one that IVS takes. */
export function validateIvsName(scope: Construct, prop: string, name?: string, why = 'IVS does not need one'): void {
  if (name === undefined || Token.isUnresolved(name) || /^[a-zA-Z0-9-_]{0,128}$/.test(name)) return;
  throw propError(scope, {
    prop,
    rule: 'must be 0 to 128 letters, digits, `-` and `_`',
    got: name.length > 128 ? `${name} (${name.length} characters)` : name,
    advice: `Choose another name, or leave it out: ${why}`,
  });
}
