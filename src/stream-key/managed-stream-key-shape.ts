import { RemovalPolicy } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { ManagedStreamKeyAttributes } from './managed-stream-key-attributes';
import type { ManagedStreamKeyProps } from './managed-stream-key-props';
import type { StreamKeyRotationScheduleProps } from './stream-key-rotation-schedule-props';
import { CHANNEL } from '../channel/channel-reference';
import { WhileLive } from '../contract/while-live';
import { reference } from '../core/reference';
import { duration, flag, listOf, number, oneOf, required, Shape, struct, text, thing } from '../core/value-kinds';
import type { StreamKeyRotationScheduleOptions } from '../rotation/stream-key-rotation-schedule-options';

const kmsKey = thing('a KMS key', 'keyArn', (got) => {
  return typeof got === 'string' && got.startsWith('alias/') ? 'Import it with kms.Alias.fromAliasName' : 'Import it with kms.Key.fromKeyArn';
});

const REPLICA: Shape<secretsmanager.ReplicaRegion> = {
  region: required(text('Name a region, such as eu-west-1')),
  encryptionKey: kmsKey,
};

/** The kinds of the fields of a rotation schedule. */
export const ROTATION_SCHEDULE_OPTIONS: Shape<StreamKeyRotationScheduleOptions> = {
  automaticallyAfter: duration('Duration.days(30)'),
  schedule: thing('an events.Schedule', 'expressionString', 'Make it with events.Schedule.cron or events.Schedule.rate'),
  window: duration('Duration.hours(1)'),
  rotateImmediatelyOnUpdate: flag(),
};

/** The kinds of the props of a `StreamKeyRotationSchedule`. */
export const ROTATION_SCHEDULE_PROPS: Shape<StreamKeyRotationScheduleProps> = {
  ...ROTATION_SCHEDULE_OPTIONS,
  streamKey: required(thing('a ManagedStreamKey of this app', '_rotatedBy', 'An imported stream key is rotated where it is made')),
};

/** The kinds of the props of a stream key. */
export const MANAGED_STREAM_KEY_PROPS: Shape<ManagedStreamKeyProps> = {
  channel: reference(CHANNEL),
  serial: number('Use a number without quotes; values of the context are strings'),
  rotationSchedule: struct(ROTATION_SCHEDULE_OPTIONS, '{ automaticallyAfter: Duration.days(30) }'),
  rotateAfterStream: flag(),
  reconnectWindow: duration('Duration.minutes(2)'),
  whileLive: oneOf('WhileLive', WhileLive),
  secret: thing('a secret', 'secretArn', 'Import it with secretsmanager.Secret.fromSecretCompleteArn'),
  secretName: text('Give it as text, or leave it out for a generated name'),
  description: text('Give it as text, or leave it out'),
  encryptionKey: kmsKey,
  replicaRegions: listOf(struct(REPLICA, '{ region: \'eu-west-1\' }'), '[{ region: \'eu-west-1\' }]'),
  provider: thing('a StreamKeyProvider', 'requiredStatements', 'Make one with new StreamKeyProvider, or leave it out'),
  removalPolicy: oneOf('RemovalPolicy', RemovalPolicy),
};

/** The kinds of the attributes of an imported stream key. */
export const MANAGED_STREAM_KEY_ATTRIBUTES: Shape<ManagedStreamKeyAttributes> = {
  channelArn: required(text('Copy it from the output of `aws ivs list-channels`')),
  secretArn: required(text('Copy it from the output of `aws secretsmanager describe-secret`')),
  encryptionKey: kmsKey,
  primaryRegion: text('Name a region, such as us-east-1, or leave it out'),
  streamKeyArn: text('Copy it from the output of `aws ivs list-stream-keys`, or leave it out'),
  secretVersionId: text('Copy it from the output of `aws secretsmanager describe-secret`, or leave it out'),
};
