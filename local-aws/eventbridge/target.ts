import { AwsError, NotInLocalAws } from '../core/aws-error';

/** The target of a rule and its input. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Record<string, string>; readonly InputTemplate: string };
  /** Retries of a failed delivery. Deliveries never fail here, and Lambda retries a failing function. */
  readonly RetryPolicy?: object;
}

const KNOWN = ['Id', 'Arn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy'];
const PATH = /^\$(\.[\w-]+|\[\d+\])*$/;
const PLACEHOLDER = /<([\w.-]+)>/g;

/** Refuses a target that would not get what EventBridge sends it. */
export function checkTarget(target: Target): Target {
  const { Id, Arn, Input, InputPath, InputTransformer } = target;
  const unknown = Object.keys(target).find((name) => !KNOWN.includes(name));
  if (unknown) throw new NotInLocalAws(`${unknown} of an EventBridge target`);
  if (!/^arn:aws:(lambda:[^:]+:\d+:function:[^:]+(:[^:]+)?|sqs:[^:]+:\d+:[^:]+)$/.test(Arn)) {
    throw new NotInLocalAws(`an EventBridge target that is neither a Lambda function nor a queue: ${Arn}`);
  }
  if ([Input, InputPath, InputTransformer].filter((input) => input !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  for (const path of [InputPath ?? '$', ...Object.values(InputTransformer?.InputPathsMap ?? {})]) {
    if (!PATH.test(path)) throw new NotInLocalAws(`the JSON path ${path}`);
  }
  if (Input !== undefined) parse(Input, Id);
  for (const [, name] of InputTransformer?.InputTemplate.matchAll(PLACEHOLDER) ?? []) {
    if (name.startsWith('aws.events.')) throw new NotInLocalAws(`the predefined variable <${name}> of an input template`);
    if (!(name in (InputTransformer!.InputPathsMap ?? {}))) throw invalid(`InputTemplate for target ${Id} contains invalid placeholder ${name}.`);
  }
  return target;
}

/** The input of the target for an event. */
export function inputFor({ Id, Input, InputPath, InputTransformer }: Target, event: object): unknown {
  if (Input !== undefined) return parse(Input, Id);
  if (InputPath !== undefined) return select(InputPath, event);
  if (!InputTransformer) return event;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const values = Object.fromEntries(Object.entries(InputPathsMap).map(([name, path]) => [name, select(path, event)]));
  return parse(fill(InputTemplate, values), Id);
}

/** Outside of quotes a placeholder becomes a JSON value, inside of them a part of the text. One whose path leads nowhere becomes nothing. */
function fill(template: string, values: Record<string, unknown>): string {
  const quoted = /"(?:[^"\\]|\\.)*"/g;
  const asText = (value: unknown) => JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  const replace = (text: string, write: (value: unknown) => string) =>
    text.replace(PLACEHOLDER, (_whole, name) => (values[name] === undefined ? '' : write(values[name])));
  let filled = '';
  let end = 0;
  for (const { 0: text, index } of template.matchAll(quoted)) {
    filled += replace(template.slice(end, index), JSON.stringify) + replace(text, asText);
    end = index + text.length;
  }
  return filled + replace(template.slice(end), JSON.stringify);
}

function select(path: string, event: object): unknown {
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, field, index]) => field ?? index);
  return steps.reduce<any>((value, step) => value?.[step], event);
}

/** Lambda takes JSON only. */
function parse(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`The input of target ${id} is not valid JSON: ${text}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
