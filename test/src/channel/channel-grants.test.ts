import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Caller } from '../../../local-aws/core/identities';
import { Iam } from '../../../local-aws/iam/iam';
import { Channel, IChannel } from '../../../src';
import { onlyResource } from '../only-resource';

const ACCOUNT = '123456789012';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;
const READ = ['BatchGetChannel', 'GetChannel', 'GetStream', 'GetStreamSession', 'ListStreamSessions'];

type Granted = (channel: IChannel, grantee: iam.IGrantable) => iam.Grant;
const GRANTS: [string, Granted, string[]][] = [
  ['grant', (channel, grantee) => channel.grant(grantee, 'ivs:StartViewerSessionRevocation', 'ivs:UpdateChannel'), ['StartViewerSessionRevocation', 'UpdateChannel']],
  ['grantRead', (channel, grantee) => channel.grantRead(grantee), READ],
  ['grantStopStream', (channel, grantee) => channel.grantStopStream(grantee), ['StopStream']],
  ['grantPutMetadata', (channel, grantee) => channel.grantPutMetadata(grantee), ['PutMetadata']],
];
/** What can be done with a channel, and with the key that opens it. */
const ACTIONS = [...new Set(GRANTS.flatMap(([,, actions]) => actions)), 'DeleteChannel', 'InsertAdBreak', 'ListStreamKeys'];

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  role = new iam.Role(stack, 'Application', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
});

const policyWith = (granted: Granted, channel: IChannel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN)) => {
  granted(channel, role);
  return onlyResource(stack, 'AWS::IAM::Policy').Properties.PolicyDocument;
};

describe.each(GRANTS)('%s', (_, granted, actions) => {
  test('names the channel and nothing else', () => {
    const channel = new Channel(stack, 'Channel');
    const names = actions.map((action) => `ivs:${action}`);

    expect(policyWith(granted, channel).Statement).toEqual([
      { Effect: 'Allow', Action: names.length > 1 ? names : names[0], Resource: stack.resolve(channel.channelArn) },
    ]);
  });

  test('lets IAM allow just that', async () => {
    const caller = callerWith(policyWith(granted));

    expect(await allowed(caller, CHANNEL_ARN)).toEqual(ACTIONS.filter((action) => actions.includes(action)));
  });

  test('lets IAM allow nothing with another channel', async () => {
    const caller = callerWith(policyWith(granted));

    expect(await allowed(caller, CHANNEL_ARN.replace('abcd', 'efgh'))).toEqual([]);
  });

  test('returns a grant that others can depend on', () => {
    const grant = granted(Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN), role);

    expect(grant.success).toBe(true);
  });
});

interface CallerOfIam { readonly service: Iam; readonly caller: Caller }

/** A role of an IAM that refuses actions and resources that do not go together, too. */
function callerWith(policy: object): CallerOfIam {
  const service = new Iam(ACCOUNT);
  service.createRole('Application', {});
  service.putRolePolicy('Application', 'Policy', policy);
  return { service, caller: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Application/session`, roleName: 'Application' } };
}

async function allowed({ service, caller }: CallerOfIam, resource: string): Promise<string[]> {
  const denied: string[] = [];
  for (const action of ACTIONS) {
    await service.authorize(caller, `ivs:${action}`, resource, {}).catch((error) => {
      if (error.code !== 'AccessDeniedException') throw error;
      denied.push(action);
    });
  }
  return ACTIONS.filter((action) => !denied.includes(action));
}
