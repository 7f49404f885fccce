import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { WhileLive } from '../contract/while-live';
import type { StreamKeyProvider } from '../provider/stream-key-provider';
import type { StreamKeyRotationScheduleOptions } from '../rotation/stream-key-rotation-schedule-options';

/**
 * Properties of a `ManagedStreamKey`.
 */
export interface ManagedStreamKeyProps {
  /**
   * The channel whose stream key is managed, in this account: a `Channel`, an L1, or a channel of another library. If that library does
   * not implement `IChannelRef`, as aws-ivs-alpha, the L1 that is its default child is used (in TypeScript, pass
   * `theirs.node.defaultChild as ivs.CfnChannel`).
   *
   * An existing stream key of the channel is adopted: it keeps its value, and stays when this construct is removed, unless it has been
   * rotated in between. A key that CloudFormation created must be handed over first, with `ManagedStreamKey.prepareAdoption`.
   * IVS allows one stream key per channel: a second `ManagedStreamKey`, or a `CfnStreamKey`, for one channel of an app is an error
   * at synthesis.
   *
   * @default - a new `Channel` with default properties; a warning says so if the stack has a channel without a stream key
   */
  readonly channel?: ivs.IChannelRef;

  /**
   * A whole number, 0 or more. Increase it to rotate the stream key once, with the next deployment.
   *
   * Neither a roll-back nor a lower number brings an old key back, because IVS cannot create a key with a given value.
   *
   * @default 0
   */
  readonly serial?: number;

  /**
   * The times at which Secrets Manager rotates the stream key. Adding a schedule does not rotate it.
   *
   * @default - no schedule; see also `addRotationSchedule`
   */
  readonly rotationSchedule?: StreamKeyRotationScheduleOptions;

  /**
   * Rotates the stream key at the end of each broadcast, so that it is valid for one broadcast.
   *
   * The rotation comes when the `reconnectWindow` is over, within a minute. The event of IVS may arrive late or, rarely, not at all: then the next
   * look after the keys rotates. During a newer broadcast, the key is not rotated.
   * Secrets Manager keeps about 100 versions of a secret and removes none younger than a day: after 90 rotations within 24 hours
   * the key stays, and the failure is logged and counted.
   *
   * @default false
   */
  readonly rotateAfterStream?: boolean;

  /**
   * The time that an encoder has to come back after the end of a broadcast, before a rotation by `rotateAfterStream` or one that
   * `WhileLive.DEFER` has deferred: 0 to 15 minutes, in whole seconds. With one of the two only.
   *
   * IVS ends a broadcast when it has received no data for 30 seconds. An encoder whose network fails for longer comes back with the key that it has,
   * and is let in until the key is rotated. While it is back, nothing is rotated.
   *
   * @default Duration.minutes(2)
   */
  readonly reconnectWindow?: Duration;

  /**
   * The effect that a rotation or the deletion of the stream key has on a live broadcast.
   *
   * The default leaves broadcasts alone, because ending one should never come as a surprise.
   *
   * @default WhileLive.KEEP
   */
  readonly whileLive?: WhileLive;

  /**
   * A user-supplied secret for the stream key: of this stack, of another stack in the same account and region, or imported by its
   * complete ARN. It must hold nothing else.
   *
   * Its value becomes the previous version (AWSPREVIOUS) when the stream key is stored. When this construct is removed, the secret
   * and its value stay. Its name, description, KMS key and replicas are set where it is created. Import a secret with a customer managed
   * KMS key together with that key, with `secretsmanager.Secret.fromSecretAttributes`, so that readers may decrypt it. The function may
   * encrypt any imported secret, through Secrets Manager only, as its KMS key is unknown and may change.
   *
   * The secret gets tags `managed-stream-key:*`: in the template if it is in this stack, else from the function,
   * which may tag only secrets that no other stack uses. Other tools that manage its tags must leave these alone.
   *
   * @default - a new secret
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The name of the secret: 1 to 512 letters, digits and `/_+=.@-`. Changing it replaces the secret and rotates nothing.
   *
   * Stacks in other accounts and regions refer to the secret by its name. With `PhysicalName.GENERATE_IF_NEEDED`, the CDK generates one for them.
   *
   * @default - a name that CloudFormation generates
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
   * The regions that the secret is replicated to. The replicas are created once the stream key is stored.
   *
   * @default - no replicas
   */
  readonly replicaRegions?: secretsmanager.ReplicaRegion[];

  /**
   * The provider in this stack whose function creates, rotates and deletes the stream key. A change of the provider keeps the key;
   * rotating it in the same deployment is refused, as it is for a renamed construct.
   *
   * @default - a provider that all stream keys of the stack share
   */
  readonly provider?: StreamKeyProvider;

  /**
   * The removal policy of the stream key, and of the secret and the channel if this construct creates them.
   * With `RETAIN` all three stay, as does a resource policy of the secret that grants have created.
   *
   * @default - all three are deleted, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}
