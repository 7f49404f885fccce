import { AwsError, NotInLocalAws } from '../core/aws-error';
import type { Iam } from '../iam/iam';

/** The permissions of AWS::Lambda::Permission. */
export interface Permission {
  readonly action: string;
  /** A service, such as `events.amazonaws.com`, or the ARN of a role. */
  readonly principal: string;
  readonly sourceAccount?: string;
  /** May have wildcards. */
  readonly sourceArn?: string;
}

/** A service that invokes a function, and the resource on whose behalf it does. */
export interface InvokingService {
  /** Such as `events.amazonaws.com`. */
  readonly principal: string;
  readonly sourceArn: string;
}

/** The services that send `aws:SourceAccount`. EventBridge does not: a permission that asks it for one is never met. */
const SENDS_SOURCE_ACCOUNT = ['secretsmanager.amazonaws.com'];

/** The resource policies of functions: which services and roles may invoke them. */
export class LambdaPermissions {
  private readonly statements = new Map<string, Map<string, object>>();

  constructor(private readonly account: string, private readonly iam: Iam) {}

  public add(functionArn: string, id: string, { action, principal, sourceAccount, sourceArn }: Permission): void {
    if (action !== 'lambda:InvokeFunction') throw new NotInLocalAws(`a permission for ${action}`);
    const isRole = /^arn:aws:iam::\d{12}:role\//.test(principal);
    if (!isRole && !principal.endsWith('.amazonaws.com')) throw new NotInLocalAws(`a permission for ${principal}, which is neither a service nor a role`);
    const statements = this.statements.get(functionArn) ?? new Map<string, object>();
    this.statements.set(functionArn, statements.set(id, {
      Sid: id,
      Effect: 'Allow',
      Principal: isRole ? { AWS: principal } : { Service: principal },
      Action: action,
      Resource: functionArn,
      Condition: {
        ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
        ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
      },
    }));
  }

  /** Takes back a permission, if it and its function are still there. */
  public remove(id: string): void {
    for (const statements of this.statements.values()) statements.delete(id);
  }

  public removeAll(functionArn: string): void {
    this.statements.delete(functionArn);
  }

  /** The function's policy, if it has one. */
  public policyOf(functionArn: string): object | undefined {
    const statements = [...this.statements.get(functionArn)?.values() ?? []];
    return statements.length ? { Version: '2012-10-17', Statement: statements } : undefined;
  }

  /** Throws AccessDenied unless the function's policy lets the service invoke it. */
  public async authorize(functionArn: string, { principal, sourceArn }: InvokingService): Promise<void> {
    // A service has no policies of its own: it stands for a role that there is not, and the function's policy alone decides.
    const service = { arn: principal, roleName: principal };
    const keys = { 'aws:SourceArn': sourceArn, ...(SENDS_SOURCE_ACCOUNT.includes(principal) ? { 'aws:SourceAccount': this.account } : {}) };
    try {
      await this.iam.authorize(service, 'lambda:InvokeFunction', functionArn, { keys }, this.policyOf(functionArn));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('AccessDeniedException',
        `${principal} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because its resource-based policy does not allow it for ${sourceArn}`, 403);
    }
  }
}
