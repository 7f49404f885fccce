import type { HonouredMembers } from '../endpoint/operation';

/** The members of inputs that Secrets Manager honours here. */
export const HONOURS: HonouredMembers = {
  DescribeSecret: ['SecretId'],
  ListSecrets: ['IncludePlannedDeletion', 'MaxResults', 'NextToken', 'Filters', 'SortBy', 'SortOrder'],
  GetSecretValue: ['SecretId', 'VersionId', 'VersionStage'],
  PutSecretValue: ['SecretId', 'ClientRequestToken', 'SecretString', 'VersionStages', 'RotationToken'],
  UpdateSecretVersionStage: ['SecretId', 'VersionStage', 'MoveToVersionId', 'RemoveFromVersionId'],
  ListSecretVersionIds: ['SecretId', 'IncludeDeprecated', 'MaxResults', 'NextToken'],
  RotateSecret: ['SecretId', 'ClientRequestToken', 'RotationLambdaARN', 'RotationRules', 'RotateImmediately'],
  CancelRotateSecret: ['SecretId'],
  DeleteSecret: ['SecretId', 'RecoveryWindowInDays', 'ForceDeleteWithoutRecovery'],
  RestoreSecret: ['SecretId'],
  ReplicateSecretToRegions: ['SecretId', 'AddReplicaRegions'],
  RemoveRegionsFromReplication: ['SecretId', 'RemoveReplicaRegions'],
  TagResource: ['SecretId', 'Tags'],
  UntagResource: ['SecretId', 'TagKeys'],
};
