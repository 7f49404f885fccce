import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { describe } from '../core/prop-error';
import { isOfAnotherAccount, isOutside } from '../secret/grantee';

/** A secret and its rotation function. */
export interface Rotated {
  readonly secretArn: string;
  readonly functionArn: string;
}

/** The permissions to start rotations of a stream key. */
export class RotationGrants {
  private isUsed = false;

  constructor(private readonly streamKey: Construct) {}

  public grant(grantee: iam.IGrantable, { secretArn, functionArn }: Rotated): iam.Grant {
    this.isUsed = true;
    const isForeign = isOfAnotherAccount(grantee.grantPrincipal, Stack.of(this.streamKey).account);
    const start = isForeign ? iam.Grant.drop(grantee, 'rotate the stream key') : iam.Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:RotateSecret'],
      resourceArns: [secretArn],
      conditions: {
        BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
        ArnEqualsIfExists: { 'secretsmanager:RotationLambdaARN': functionArn },
      },
    });
    if (!start.success) {
      warnOfRotation(this.streamKey, grantee);
      return start;
    }
    // No other condition key tells a check on the caller's behalf from a direct call.
    return start.combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [functionArn],
      conditions: { Bool: { 'aws:ViaAWSService': 'true' } },
    }));
  }

  /** A schedule may be added after the grant: only the end of synthesis shows that there is none. */
  public findFaults(hasSchedule: boolean): string[] {
    if (!this.isUsed || hasSchedule) return [];
    return [describe({
      prop: 'grantRotate',
      rule: 'must come with a rotation schedule, as Secrets Manager rotates no secret without one',
      got: 'none',
      advice: 'Add one; addRotationSchedule(\'OnDemand\', { automaticallyAfter: Duration.days(0) }) rotates by hand only',
    })];
  }
}

/**
 * Warns of a grantee that could start no rotation. The policy of the secret would not do: RotateSecret asks for lambda:InvokeFunction, too,
 * and no policy of a function can allow it for calls of Secrets Manager only.
 */
function warnOfRotation(scope: Construct, { grantPrincipal }: iam.IGrantable): void {
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:rotateNotGranted',
    `\`grantRotate\` gives ${grantPrincipal} nothing, as only a policy of a role, user or group of this account can allow what a rotation takes. ${insteadOf(grantPrincipal, Stack.of(scope).account)}.`);
}

function insteadOf(principal: iam.IPrincipal, account: string): string {
  const isNamedByArn = principal instanceof iam.ArnPrincipal && !(principal instanceof iam.AccountPrincipal);
  return isNamedByArn && !isOutside(principal, account)
    ? 'If it is a role, user or group of this account, import it, for example by iam.Role.fromRoleArn; if not, grant it to a role of this account that it may assume'
    : `Grant it to a role of this account, made here or imported by iam.Role.fromRoleArn, that ${principal} may assume`;
}
