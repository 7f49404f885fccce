import { randomBytes } from 'node:crypto';
import { AwsError } from './aws-error';

/** The caller of an operation. */
export interface Caller {
  readonly arn: string;
  /** The role whose policies are asked; absent for the administrator, who may do everything. */
  readonly roleName?: string;
  /** Ends the process that makes the call, as a crash would. */
  readonly crash?: () => void;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The credentials that the local AWS has given out. It knows callers by their access keys; it does not verify signatures. */
export class Identities {
  public readonly administrator: Credentials = { accessKeyId: 'AKIALOCALADMINISTRAT', secretAccessKey: 'local' };

  private readonly sessions = new Map<string, { caller: Caller; token?: string }>();

  constructor(account: string) {
    this.sessions.set(this.administrator.accessKeyId, { caller: { arn: `arn:aws:iam::${account}:user/administrator` } });
  }

  /** Credentials for a session of a role. */
  public assume(caller: Caller): Credentials {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const sessionToken = randomBytes(24).toString('base64url');
    this.sessions.set(accessKeyId, { caller, token: sessionToken });
    return { accessKeyId, secretAccessKey: randomBytes(20).toString('base64url'), sessionToken };
  }

  public identify(accessKeyId: string, token?: string): Caller {
    const session = this.sessions.get(accessKeyId);
    if (!session || session.token !== token) {
      throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    return session.caller;
  }
}
