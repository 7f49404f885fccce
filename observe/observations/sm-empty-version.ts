import { DescribeSecretCommand, DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { caller, RemoteCall } from '../caller';
import { Context, NotObserved, Observation } from '../observation';
import { Note, notesOn, rotate, rotatedSecret, ROTATOR } from '../rotator';

export const smEmptyVersion: Observation = {
  id: 'sm-empty-version',
  question: 'How does Secrets Manager judge a rotation whose four steps succeed and whose version stays empty?',
  resources: {
    ...ROTATOR,
    EmptyVersionSecret: rotatedSecret('empty-version', 'empty'),
    ...caller('TrailReader', [{ Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' }]),
  },
  async observe(context) {
    const { paces: { rotation }, waiting } = context;
    const token = await rotate(context, 'EmptyVersionSecret');
    const [judged, trail] = await Promise.all([waiting.until(rotation, () => judge(context)), rotationEvents(context)]);
    if (!judged) throw new NotObserved(`neither a date nor a second attempt within ${rotation.longest} ms; CloudTrail: ${trail}`);
    return {
      seen: judged.verdict === 'done' ? 'LastRotatedDate was set.' : 'The rotation was tried again.',
      reading: { emptyVersion: judged.verdict },
      evidence: { token, ...judged, trail },
    };
  },
};

interface Judgement extends Pick<DescribeSecretResponse, 'LastRotatedDate' | 'NextRotationDate' | 'VersionIdsToStages'> {
  readonly verdict: 'done' | 'failed';
  readonly attempts: Note[];
}

/** Done if Secrets Manager says that the secret was rotated, failed if it tries again; undefined while neither is so. */
async function judge(context: Context): Promise<Judgement | undefined> {
  const attempts = (await notesOn(context, 'EmptyVersionSecret')).filter(({ step }) => step === 'createSecret');
  const { LastRotatedDate, NextRotationDate, VersionIdsToStages } = await context.secretsManager.send(
    new DescribeSecretCommand({ SecretId: context.id('EmptyVersionSecret') }));
  const verdict = LastRotatedDate ? 'done' : attempts.length > 1 ? 'failed' : undefined;
  return verdict && { verdict, attempts, LastRotatedDate, NextRotationDate, VersionIdsToStages };
}

/** The names of the rotation events that CloudTrail has of the secret, or why there are none. It records them minutes late. */
async function rotationEvents(context: Context): Promise<string> {
  const { paces: { trail }, waiting } = context;
  const call: RemoteCall = {
    sdk: '@aws-sdk/client-cloudtrail',
    client: 'CloudTrail',
    method: 'lookupEvents',
    input: { LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'secretsmanager.amazonaws.com' }], MaxResults: 50 },
  };
  const names = await waiting.until(trail, async () => {
    const { output, error } = await context.callAs('TrailReader', call);
    if (error && !/AccessDenied|Throttling/.test(error.name)) return `not observed: ${error.name}`;
    const ofSecret = (output?.Events ?? []).filter(({ EventName, CloudTrailEvent }: any) =>
      /^(Test)?Rotation(Started|Succeeded|Failed|Abandoned)$/.test(EventName) && CloudTrailEvent.includes(context.id('EmptyVersionSecret')));
    const seen = [...new Set(ofSecret.map(({ EventName }: any) => EventName))] as string[];
    return seen.some((name) => name !== 'RotationStarted') ? seen.join(', ') : undefined;
  });
  return names ?? `nothing within ${trail.longest} ms`;
}
