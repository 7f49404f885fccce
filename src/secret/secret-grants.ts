import { Annotations, CfnElement, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { areApart, isGroup, isOfAnotherAccount, isOutside, mayBeOfAnotherAccount, stackOf } from './grantee';
import { addToKeyPolicy, isMadeInOtherStack, keyInPolicy } from './kms-key-access';
import { Replica, replicaArn } from './replica';
import { differ } from '../core/environment';
import { propError } from '../core/prop-error';

/** A permission and the actions that it takes. */
interface Access {
  readonly verb: 'read' | 'write';
  readonly actions: string[];
  readonly keyActions: string[];
}

type ConditionsOfAccess = Record<string, Record<string, unknown>>;

/** The same actions as those of secretsmanager.Secret. */
const READ: Access = {
  verb: 'read',
  actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  keyActions: ['kms:Decrypt'],
};
const WRITE: Access = {
  verb: 'write',
  actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret', 'secretsmanager:UpdateSecretVersionStage'],
  keyActions: ['kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
};

/** Properties of `SecretGrants`. */
export interface SecretGrantsProps {
  /** The secret that is handed out. */
  readonly secret: secretsmanager.ISecret;
  /** Its ARN in the policy of a grantee, also in a stack of another account or region. */
  readonly arnForPolicies: string;
  /** Its replicas at the time of a grant. */
  readonly replicas?: () => Replica[];
}

/**
 * Grants on the secret of a stream key: by the grantee's own policy, and where that cannot be extended or is not enough,
 * by the policies of the secret and of its KMS key.
 *
 * ISecret.grantRead would leave out kms:Decrypt for an imported key and for an alias. It would also name the grantee in the policy
 * of a key wherever the two are: with a grantee of another stack, each of the two stacks would depend on the other.
 */
export class SecretGrants {
  /** Whether anything has been granted. */
  public isUsed = false;

  /** @param streamKey where errors and warnings are put */
  constructor(private readonly streamKey: Construct, private readonly props: SecretGrantsProps) {}

  /** Allows a grantee to read the secret and to decrypt it, the replica in the grantee's region included. */
  public read(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    const region = stackOf(grantee)?.region;
    const nearby = this.props.replicas?.().filter((replica) => replica.region === region) ?? [];
    const conditions = versionStages && { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': versionStages } };
    return this.grant(grantee, READ, nearby, conditions);
  }

  /** Allows a grantee to write the secret and to encrypt it. A replica cannot be written. */
  public write(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, WRITE, []);
  }

  private grant(grantee: iam.IGrantable, access: Access, replicas: Replica[], conditions?: ConditionsOfAccess): iam.Grant {
    this.isUsed = true;
    const { streamKey, props: { secret, arnForPolicies } } = this;
    const { actions, verb } = access;
    const { grantPrincipal } = grantee;
    const { account, region } = secret.env;
    const isForeign = isOfAnotherAccount(grantPrincipal, account);
    const byIdentity = iam.Grant.addToPrincipal({
      grantee,
      actions,
      conditions,
      resourceArns: [arnForPolicies, ...replicas.map((replica) => replicaArn(streamKey, arnForPolicies, replica.region))],
    });
    this.validateReach(grantPrincipal, verb);
    const isEnough = byIdentity.success && !mayBeOfAnotherAccount(grantPrincipal, account);
    const isTooLittle = isForeign || !byIdentity.success;

    const bySecret = isEnough || isGroup(grantPrincipal) ? undefined : this.addToResourcePolicy(grantee, actions, conditions);
    if (isTooLittle && !bySecret) this.warnOf(grantPrincipal, access);
    if (bySecret && !secret.encryptionKey && isOutside(grantPrincipal, account)) {
      throw propError(streamKey, {
        prop: 'encryptionKey',
        rule: `must be given where somebody outside of the account ${verb}s the secret, as the key aws/secretsmanager decrypts for nobody else`,
        got: `none for ${grantPrincipal}`,
        advice: 'Choose a kms.Key; a `secret` of your own has to have one itself',
      });
    }

    const byKeys = [{ region, encryptionKey: secret.encryptionKey }, ...replicas]
      .map((place) => this.grantKey(grantee, access, place, isTooLittle));
    return [bySecret, ...byKeys].reduce<iam.Grant>((all, grant) => grant ? all.combine(grant) : all, byIdentity);
  }

  /** Throws if the policy of a principal, in a stack of another account or region, cannot say which secret is meant. */
  private validateReach(principal: iam.IPrincipal, verb: string): void {
    if (!Construct.isConstruct(principal) || !principal.node.findAll().some(CfnElement.isCfnElement)) return;
    const [ours, theirs] = [Stack.of(this.streamKey), Stack.of(principal)];
    if (!areApart(ours, theirs) || canReferTo(theirs, this.props.arnForPolicies, differ(ours.account, theirs.account))) return;
    throw propError(this.streamKey, {
      prop: 'secretName',
      rule: `must be given, without tokens or as PhysicalName.GENERATE_IF_NEEDED, where a role of another account or region ${verb}s the secret, `
        + 'as its stack cannot refer to the secret otherwise',
      got: `none for ${principal}`,
      advice: 'Choose a name; a `secret` of your own has to have one itself, or to be imported by an ARN without tokens',
    });
  }

  /** Undefined if the policy of the secret is out of reach. */
  private addToResourcePolicy(grantee: iam.IGrantable, actions: string[], conditions?: ConditionsOfAccess): iam.Grant | undefined {
    // In the policy of a secret, this means the secret.
    const resourceArns = ['*'];
    const { secret } = this.props;
    const statement = new iam.PolicyStatement({ actions, conditions, resources: resourceArns, principals: [grantee.grantPrincipal] });
    const added = secret.addToResourcePolicy(statement);
    if (!added.statementAdded) return undefined;
    const resource = { env: secret.env, addToResourcePolicy: () => added };
    return iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns, statement, resource });
  }

  /** Undefined if the secret is encrypted with aws/secretsmanager, which decrypts for any principal that may read the secret. */
  private grantKey(grantee: iam.IGrantable, access: Access, { region, encryptionKey: key }: Replica, isTooLittle: boolean): iam.Grant | undefined {
    if (!key) return undefined;
    const { grantPrincipal } = grantee;
    const actions = access.keyActions;
    const viaService = `secretsmanager.${region}.amazonaws.com`;

    const isNameable = !isGroup(grantPrincipal) && !(grantPrincipal instanceof iam.UnknownPrincipal);
    if (isNameable && (isTooLittle || !isMadeInOtherStack(grantPrincipal, key))) {
      const principals = [new kms.ViaServicePrincipal(viaService, grantPrincipal)];
      const isAdded = addToKeyPolicy(key, new iam.PolicyStatement({ actions, resources: ['*'], principals }));
      if (isTooLittle && !isAdded) this.warnOfKeyPolicy(grantPrincipal, access, viaService);
    }
    // The policy of an imported key cannot be extended: it has to leave the decision to the grantee's.
    const { resourceArn, conditions } = keyInPolicy(key, grantee, region);
    return iam.Grant.addToPrincipal({
      grantee, actions, resourceArns: [resourceArn], conditions: { StringEquals: { 'kms:ViaService': viaService }, ...conditions },
    });
  }

  private warnOf(principal: iam.IPrincipal, access: Access): void {
    if (isGroup(principal)) {
      this.warn(`No policy of a secret or of a KMS key can name a group, so that ${principal} cannot ${access.verb} the stream key yet. `
        + `Grant it to the account of the group, too: to new iam.AccountPrincipal('${principal.principalAccount}')`);
      return;
    }
    const { secret } = this.props;
    const isKeyUnknown = !secret.encryptionKey && isOutside(principal, secret.env.account);
    this.warn(`The policy of the secret is out of reach, so that ${principal} cannot ${access.verb} the stream key yet. Allow it ${listed(access.actions)} there`
      + (isKeyUnknown ? `, and ${listed(access.keyActions)} in the policy of the KMS key, which must be another than aws/secretsmanager` : ''));
  }

  private warnOfKeyPolicy(principal: iam.IPrincipal, { verb, keyActions }: Access, viaService: string): void {
    this.warn(`The policy of the KMS key is out of reach, so that ${principal} cannot ${verb === 'read' ? 'decrypt' : 'encrypt'} the stream key yet. `
      + `Allow it ${listed(keyActions)} there, with the kms:ViaService ${viaService}`);
  }

  private warn(message: string): void {
    Annotations.of(this.streamKey).addWarningV2('cdk-ivs-managed-stream-key:policyNotExtended',
      `${message}. Once that is done, acknowledge this warning.`);
  }
}

/** Whether a stack of another account or region can have an ARN in its template. */
function canReferTo(stack: Stack, arn: string, isOtherAccount: boolean): boolean {
  try {
    const resolved = JSON.stringify(stack.resolve(arn));
    // Regions can be bridged by the CDK's crossRegionReferences, accounts cannot.
    return !isOtherAccount || !/"Fn::GetAtt"|"Ref":"(?!AWS::)/.test(resolved);
  } catch {
    // A resource without a name cannot be used in another environment.
    return false;
  }
}

function listed(words: string[]): string {
  return [words.slice(0, -1).join(', '), words[words.length - 1]].filter(Boolean).join(' and ');
}
