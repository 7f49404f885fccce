import { RemovalPolicy } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { WhileLive } from '../contract/while-live';
import type { StreamKeyProvider } from '../provider/stream-key-provider';
import type { RotationScheduleOptions } from '../rotation/rotation-schedule-options';

/**
 * Properties of a `ManagedStreamKey`.
 */
export interface ManagedStreamKeyProps {
  /**
   * The channel whose stream key is managed: a `Channel`, an L1, or one of another library, in this account. One of a library that knows
   * no `IChannelRef`, such as aws-ivs-alpha, is taken by the L1 that is its default child (in TypeScript, pass
   * `theirs.node.defaultChild as ivs.CfnChannel`).
   *
   * A stream key that the channel has already is adopted: it keeps its value, and stays when this construct goes,
   * unless it has been rotated in between. One that CloudFormation made has to be handed over first, by `ManagedStreamKey.prepareAdoption`.
   * IVS allows one stream key per channel, so only one `ManagedStreamKey`, and no `CfnStreamKey` as well, can manage a channel:
   * two in one app are an error when it is synthesized.
   *
   * @default - a new `Channel` with default properties; a warning says so if the stack has a channel without a stream key
   */
  readonly channel?: ivs.IChannelRef;

  /**
   * A whole number, 0 or more. Count it up to rotate the stream key once, with the next deployment.
   *
   * It only ever rotates upwards: neither a roll-back nor a lower number brings an old key back,
   * because IVS cannot make a key with a given value.
   *
   * @default 0
   */
  readonly serial?: number;

  /**
   * The times at which Secrets Manager rotates the stream key. Adding a schedule does not rotate it.
   *
   * @default - it is not rotated by time; see also `addRotationSchedule`
   */
  readonly rotationSchedule?: RotationScheduleOptions;

  /**
   * Rotates the stream key at the end of each broadcast, so that it is good for one broadcast.
   *
   * IVS sends the event of a broadcast's end, which may come late or, rarely, not at all. While a newer broadcast is running nothing is rotated.
   * Secrets Manager keeps about 100 versions of a secret and removes none that is younger than a day: on a channel with more than
   * 90 rotations in 24 hours the key stays, and the failure is logged and counted.
   *
   * @default false
   */
  readonly rotateAfterStream?: boolean;

  /**
   * The effect that a rotation or the deletion of the stream key has on a live broadcast.
   *
   * The default leaves broadcasts alone, because ending one should never come as a surprise.
   *
   * @default WhileLive.KEEP
   */
  readonly whileLive?: WhileLive;

  /**
   * A secret of your own that the stream key is put into, for teams whose secrets are made elsewhere: one of this stack, of another one
   * of the same account and region, or an imported one, known by its complete ARN. It holds nothing else.
   *
   * Its value becomes the previous version (AWSPREVIOUS) when the stream key is stored. When this construct is removed, the secret
   * and its value stay. Its name, description, KMS key and replicas are your affair. Import a secret that is encrypted
   * with a KMS key together with that key, by `secretsmanager.Secret.fromSecretAttributes`, so that readers may decrypt it. The function may
   * encrypt any imported secret, through Secrets Manager only, as nothing tells which KMS key it has or will have.
   *
   * The secret is marked with tags `managed-stream-key:*`, in the template if it is made in this stack, else by the function,
   * which may tag only secrets that no other stack uses. Other tools that manage its tags must leave these alone.
   *
   * @default - a secret is made
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The name of the secret: 1 to 512 letters, digits and `/_+=.@-`. Changing it replaces the secret and rotates nothing.
   *
   * Stacks of other accounts and regions refer to the secret by its name. With `PhysicalName.GENERATE_IF_NEEDED` the CDK makes one for them.
   *
   * @default - a name that CloudFormation makes
   */
  readonly secretName?: string;

  /**
   * The description of the secret, up to 2048 characters.
   *
   * @default - the construct's path
   */
  readonly description?: string;

  /**
   * The KMS key that the secret is encrypted with: a key, or an alias of one.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The regions that the secret is replicated to. The replicas appear once the stream key is in the secret.
   *
   * @default - the secret is not replicated
   */
  readonly replicaRegions?: secretsmanager.ReplicaRegion[];

  /**
   * The function that creates, rotates and deletes the stream key: a provider of this stack. With another one the key stays as it is;
   * to rotate it with the same deployment is refused, as with a construct that is renamed.
   *
   * @default - one that all stream keys of the stack share
   */
  readonly provider?: StreamKeyProvider;

  /**
   * The fate of the stream key, and of the secret and the channel if this construct creates them,
   * when it is removed from the stack. With `RETAIN` all three stay, and so does the policy of the secret if grants have made one.
   *
   * @default - all three are deleted, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}
