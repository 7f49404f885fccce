import { violationsIn } from './constraints';
import { checkTypes } from './input-types';
import { memberAt, membersIn } from './members';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import type { Service } from '../endpoint/operation';

/**
 * Throws unless an input has the types, the members and the values that the operation's model asks for, and only members that the local AWS honours.
 *
 * AWS may ignore a member that it does not know, which hides mistakes: the local AWS refuses it by name.
 */
export function checkInput({ name, protocol, model, honours, invalidInput = 'ValidationException' }: Service, operation: string, value: unknown): void {
  const { input } = model.operations.get(operation)!;
  const refuse = (path?: string) => {
    if (path !== undefined) throw new NotInLocalAws(`the member ${path} of ${name}:${operation}`);
  };
  checkTypes(input, value, protocol);
  const members = membersIn(input, value);
  refuse(members.find((path) => !memberAt(input, path)));
  const violations = violationsIn(input, value);
  if (violations.length) {
    throw new AwsError(invalidInput, `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: ${violations.join('; ')}`);
  }
  refuse(members.find((path) => !isHonoured(path, honours[operation])));
}

/** A member is honoured with all that it contains, or with those of its members that are listed. */
export function isHonoured(path: string, honoured: readonly string[]): boolean {
  return honoured.some((each) => each === path || each.startsWith(`${path}.`) || path.startsWith(`${each}.`));
}
