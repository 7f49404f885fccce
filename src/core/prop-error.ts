import { IConstruct } from 'constructs';

/** The fault of a prop: where it is, the rule that it breaks, the value that was got, and what to do. */
export interface PropFault {
  readonly prop: string;
  readonly rule: string;
  readonly got: unknown;
  readonly advice: string;
}

/** The error for a prop that breaks a rule. */
export function propError(scope: IConstruct, fault: PropFault): Error {
  return new Error(`[${scope.node.path}] ${describe(fault)}`);
}

/** The error for an argument of an import, which throws before its construct exists. */
export function importError(scope: IConstruct, id: string, fault: PropFault): Error {
  return new Error(`[${pathIn(scope, id)}] ${describe(fault)}`);
}

/** The path that a construct would have. */
export function pathIn(scope: IConstruct, id: string): string {
  return [scope.node?.path, id].filter(Boolean).join('/');
}

/** The fault in words, where the CDK adds the path itself. */
export function describe({ prop, rule, got, advice }: PropFault): string {
  return `\`${prop}\` ${rule}, got: ${asText(got)}. ${advice}`;
}

/** Without the text of tokens, which says nothing to a person. */
function asText(got: unknown): string {
  if (got === undefined) return 'none';
  return got === '' ? "''" : String(got).replace(/\$\{Token\[[^\]]*\]\}/g, '<token>');
}
