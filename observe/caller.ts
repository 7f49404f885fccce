import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Clients } from './clients';
import { roleOfFunction, Statement } from './function-role';

/** A call that a function makes with its own role. */
export interface RemoteCall {
  /** The package of the client, which the Lambda runtime contains. */
  readonly sdk: string;
  /** The client class with all operations as methods. */
  readonly client: string;
  readonly method: string;
  readonly input: object;
}

/** The result of a call as a function saw it. */
export interface Outcome {
  /** Milliseconds since the epoch, by the function's clock. */
  readonly at: number;
  /** Without secret values. */
  readonly output?: Record<string, any>;
  readonly error?: { readonly name: string; readonly message: string; readonly status?: number };
}

/** Values never leave the function. */
const CODE = `
exports.handler = async ({ sdk, client, method, input }) => {
  const at = Date.now();
  try {
    const output = await new (require(sdk)[client])({ maxAttempts: 1 })[method](input);
    const secret = ['value', 'passphrase', 'SecretString', 'SecretBinary'];
    return { at, output: JSON.parse(JSON.stringify(output, (name, value) => (secret.includes(name) ? undefined : value))) };
  } catch (error) {
    return { at, error: { name: error.code ?? error.name, message: error.message, status: error.$metadata?.httpStatusCode } };
  }
};`;

/** The resources of a function that makes calls with a role of its own. */
export function caller(id: string, statements: Statement[]): Record<string, object> {
  return {
    [`${id}Role`]: roleOfFunction(statements),
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { ZipFile: CODE }, Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] } },
    },
  };
}

/** Has a function make a call. */
export async function callAs({ lambda }: Pick<Clients, 'lambda'>, functionName: string, call: RemoteCall): Promise<Outcome> {
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(call) }));
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError || !answer || answer.errorMessage) throw new Error(`the function ${functionName} failed: ${answer?.errorMessage ?? FunctionError}`);
  return answer;
}

export function isDenied({ error }: Outcome): boolean {
  return error !== undefined && /^AccessDenied/.test(error.name);
}

/** A call of Amazon IVS. */
export function ivsCall(method: string, input: object): RemoteCall {
  return { sdk: '@aws-sdk/client-ivs', client: 'Ivs', method, input };
}

/** A call of Secrets Manager. */
export function secretsManagerCall(method: string, input: object): RemoteCall {
  return { sdk: '@aws-sdk/client-secrets-manager', client: 'SecretsManager', method, input };
}
