import { ArnFormat, AspectPriority, Aspects, CfnDeletionPolicy, CfnResource, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, Dependable, IConstruct } from 'constructs';
import { warnOfUnknownKey } from './encryption-warning';
import { patchSecret } from './patched-secret';
import { Replica } from './replica';
import { refuseSchedule } from './schedule-refusal';
import { SecretGrants } from './secret-grants';
import type { SecretProps } from './secret-props';
import { MAX_DESCRIPTION, validateReplicaRegions } from './secret-rules';
import { nameInArn, SecretAnswer } from './secret-through-key';
import { withoutUndefined } from '../core/without-undefined';

/**
 * The empty secret that a stream key is put into, and that is handed out.
 *
 * secretsmanager.Secret never makes an empty one: it has a random password generated, which an encoder could read until the stream key arrives.
 */
export class EmptySecret extends secretsmanager.Secret {
  /** The resource in the template. */
  public readonly cfnSecret: secretsmanager.CfnSecret;

  // Declared only: the constructor of the base class adds replicas before this class sets its own properties.
  private declare addedReplicas?: Replica[];

  private readonly access: SecretGrants;

  constructor(private readonly streamKey: Construct, id: string, props: SecretProps) {
    const { secretName, encryptionKey, replicaRegions } = props;
    super(streamKey, id, {
      description: props.description ?? `Amazon IVS stream key of ${streamKey.node.path}`.slice(0, MAX_DESCRIPTION),
      ...withoutUndefined({ secretName, encryptionKey, replicaRegions }),
    });
    this.cfnSecret = this.node.defaultChild as secretsmanager.CfnSecret;
    const { cfnOptions } = this.cfnSecret;
    // The default of secretsmanager.Secret. Set at the end instead, so that MissingRemovalPolicies find none.
    const isDefault = cfnOptions.deletionPolicy === CfnDeletionPolicy.DELETE;
    if (isDefault) Object.assign(cfnOptions, { deletionPolicy: undefined, updateReplacePolicy: undefined });
    Aspects.of(this).add({ visit: (node) => this.completePolicies(node) }, { priority: AspectPriority.READONLY });
    this.cfnSecret.generateSecretString = undefined;
    this.cfnSecret.secretString = undefined;
    this.access = new SecretGrants(streamKey, { secret: this, arnForPolicies: this.arnForPolicies, replicas: () => this.replicas });
    warnOfUnknownKey(this.cfnSecret, this.encryptionKey, this.access);
  }

  /** Its replicas. The handler makes them, as there is nothing to replicate yet. */
  public get replicas(): Replica[] {
    return this.addedReplicas ?? [];
  }

  /** Goes by the ARN that the stream key answers from now on, so that what uses the secret waits for the key. */
  public referThrough({ resource, answered }: SecretAnswer): void {
    const secretArn = this.getResourceArnAttribute(Token.asString(answered), {
      service: 'secretsmanager', resource: 'secret', resourceName: this.physicalName, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    patchSecret(this, { secretArn, secretName: nameInArn(secretArn, this.physicalName) });
    // Without its policy, which may name a role that waits for the secret.
    Dependable.implement(this, { dependencyRoots: [this.cfnSecret, resource] });
  }

  public grantRead(grantee: iam.IGrantable, versionStages?: string[]): iam.Grant {
    return this.access.read(grantee, versionStages);
  }

  public grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.access.write(grantee);
  }

  public addRotationSchedule(id: string): secretsmanager.RotationSchedule {
    return refuseSchedule(this.streamKey, id);
  }

  public addReplicaRegion(region: string, encryptionKey?: kms.IKeyRef): void {
    const replicas = [...this.replicas, { region, encryptionKey }];
    validateReplicaRegions(this.node.scope as Construct, replicas);
    this.addedReplicas = replicas;
  }

  /** The policy of the secret stays and goes with it. Both go unless something says otherwise: the CDK demands a removal policy of secrets. */
  private completePolicies(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const { deletionPolicy = CfnDeletionPolicy.DELETE, updateReplacePolicy = CfnDeletionPolicy.DELETE } = this.cfnSecret.cfnOptions;
    const isOurs = node === this.cfnSecret || node === this.node.tryFindChild('Policy')?.node.defaultChild;
    if (isOurs) Object.assign(node.cfnOptions, { deletionPolicy, updateReplacePolicy });
  }
}
