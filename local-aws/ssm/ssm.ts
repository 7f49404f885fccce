import { AwsError } from '../core/aws-error';
import type { Operation, Service } from '../endpoint/operation';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

/** SSM Parameter Store: the version of the CDK bootstrap, which this environment is born with. */
export class Ssm implements Service {
  public readonly name = 'ssm';
  public readonly protocol = json;
  public readonly model = modelOf(__dirname);
  // WithDecryption is for parameters of the type SecureString, which there are none of.
  public readonly honours = { GetParameter: ['Name', 'WithDecryption'] };

  private readonly parameters: ReadonlyMap<string, string>;

  public readonly operations: Record<string, Operation> = {
    GetParameter: async ({ Name }, call) => {
      await call.authorize('ssm:GetParameter', `arn:aws:ssm:${call.region}:${call.account}:parameter${Name}`);
      return { Parameter: { Name, Type: 'String', Value: this.valueOf(Name), Version: 1 } };
    },
  };

  constructor(bootstrapVersion: string) {
    this.parameters = new Map([['/cdk-bootstrap/hnb659fds/version', bootstrapVersion]]);
  }

  public valueOf(name: string): string {
    const value = this.parameters.get(name);
    if (value === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return value;
  }
}
