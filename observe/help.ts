import { OBSERVATIONS } from './observations';

/** What `--help` prints. */
export const HELP = `Observes in a real account what AWS does where docs/assumptions.md is not sure.

  npm run observe -- --profile NAME [options]

  --profile NAME          the profile of the AWS configuration; without it, the default credentials
  --region REGION         a region with IVS; without it, the profile's
  --replica-region REGION for the replica of a secret; us-west-2, or us-east-1 from there
  --only ID,ID            these observations alone
  --broadcast             also those that need a broadcast; ffmpeg must be in the PATH
  --json FILE             write the results with their evidence
  --yes                   do not ask before anything is made

It makes one stack, observe-ivs-stream-key-…, with channels, secrets, roles and small functions, and deletes it in the end, also after
an error or Ctrl+C. All of it takes 30 to 45 minutes, most of which waits for Secrets Manager to try a rotation again. If the stack
cannot be deleted, the last line says so. No stream key is printed or written; with --broadcast, one is in ffmpeg's arguments for a minute.

Costs: under 0.20 USD. The secrets and one KMS key are billed by the hour (the key waits 7 days for its deletion, free of charge);
a broadcast is two minutes of a STANDARD channel's input.

Permissions of the caller:
  cloudformation  CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackResources DescribeStackEvents
  iam             CreateRole DeleteRole GetRole PassRole PutRolePolicy DeleteRolePolicy GetRolePolicy
  lambda          CreateFunction DeleteFunction GetFunction InvokeFunction AddPermission RemovePermission CreateAlias DeleteAlias GetAlias
  ivs             CreateChannel DeleteChannel GetChannel CreateStreamKey DeleteStreamKey GetStreamKey ListStreamKeys TagResource GetStream StopStream
  secretsmanager  CreateSecret DeleteSecret DescribeSecret PutSecretValue UpdateSecretVersionStage RotateSecret CancelRotateSecret
                  ReplicateSecretToRegions RemoveRegionsFromReplication TagResource
  kms             CreateKey ScheduleKeyDeletion DescribeKey GenerateDataKey Decrypt TagResource
  events          PutRule DeleteRule DescribeRule PutTargets RemoveTargets PutEvents
  sts             GetCallerIdentity

Observations:
${OBSERVATIONS.map(({ id, question }) => `  ${id.padEnd(24)} ${question}`).join('\n')}`;
