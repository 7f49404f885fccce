import { caller, isDenied, ivsCall } from '../caller';
import { CHANNEL } from '../function-role';
import { NotObserved, Observation } from '../observation';

export const iamPropagation: Observation = {
  id: 'iam-propagation',
  question: 'For how long after a stack has added a statement to a role does IVS deny what it allows?',
  resources: { PropagationChannel: CHANNEL, ...caller('Propagation', []) },
  async observe(context) {
    const { id, paces: { permission }, stack, waiting } = context;
    const call = ivsCall('getChannel', { arn: id('PropagationChannel') });
    if (!isDenied(await context.callAs('Propagation', call))) throw new NotObserved('the call was allowed without a policy');

    await stack.add({
      PropagationPolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'Late',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ivs:GetChannel', Resource: '*' }] },
          Roles: [{ Ref: 'PropagationRole' }],
        },
      },
    });
    let denials = 0;
    const allowedAt = await waiting.until(permission, async () => {
      const outcome = await context.callAs('Propagation', call);
      if (!isDenied(outcome)) return outcome.at;
      denials++;
      return undefined;
    });
    if (allowedAt === undefined) throw new NotObserved(`it was still denied after ${permission.longest} ms`);
    const created = (await stack.events('PropagationPolicy')).find(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')!.Timestamp!;
    const sinceComplete = Math.max(0, allowedAt - created.getTime());
    return {
      seen: denials ? `It was denied ${denials} times, and allowed ${sinceComplete} ms after CREATE_COMPLETE of the policy.` : 'It was allowed at the first call after the update.',
      reading: { policyPropagation: denials ? sinceComplete : 0 },
      evidence: { denials, policyComplete: created.toISOString(), allowed: new Date(allowedAt).toISOString() },
    };
  },
};
