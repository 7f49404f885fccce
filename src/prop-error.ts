import { IConstruct } from 'constructs';

/** What a person needs to mend a prop: where it is, which rule it broke, what it was and what to do. */
export interface PropFault {
  readonly prop: string;
  readonly rule: string;
  readonly got: unknown;
  readonly advice: string;
}

/** The error for a prop that breaks a rule. */
export function propError(scope: IConstruct, fault: PropFault): Error {
  return new Error(`[${scope.node.path}] \`${fault.prop}\` ${fault.rule}, got: ${String(fault.got)}. ${fault.advice}`);
}
