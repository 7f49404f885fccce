import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { arnOf, roleOfFunction, secret, SECRETS_OF_STACK } from '../function-role';
import { NotObserved, Observation } from '../observation';

const SOURCE = 'cdk-ivs-managed-stream-key.observe';

/** Notes by which alias it was invoked, in a tag of the secret that the event is about. */
const CODE = `
const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
exports.handler = async ({ resources: [SecretId] }, { invokedFunctionArn }) => {
  await new SecretsManager({}).tagResource({ SecretId, Tags: [{ Key: 'heard/' + invokedFunctionArn.split(':').pop(), Value: 'yes' }] });
};`;

/** An alias that EventBridge may invoke, and the rule that has it invoked. */
function listener(name: string, condition: object): Record<string, object> {
  return {
    [`${name}Alias`]: {
      Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Listener' }, FunctionVersion: '$LATEST', Name: name },
    },
    [`${name}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: `${name}Alias` }, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', ...condition },
    },
    [`${name}Rule`]: {
      Type: 'AWS::Events::Rule',
      DependsOn: `${name}Permission`,
      Properties: {
        EventPattern: { source: [SOURCE], resources: [{ Ref: 'ListenerSecret' }] },
        Targets: [{ Id: 'Listener', Arn: { Ref: `${name}Alias` } }],
      },
    },
  };
}

const SourceArn = arnOf('events', 'rule/*');

export const eventsSourceAccount: Observation = {
  id: 'events-source-account',
  question: 'Does EventBridge invoke a function whose permission has SourceAccount beside SourceArn?',
  resources: {
    ListenerSecret: secret('listener'),
    ListenerRole: roleOfFunction([{ Effect: 'Allow', Action: 'secretsmanager:TagResource', Resource: SECRETS_OF_STACK }]),
    Listener: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { ZipFile: CODE }, Role: { 'Fn::GetAtt': ['ListenerRole', 'Arn'] } },
    },
    ...listener('ArnAlone', { SourceArn }),
    ...listener('ArnAndAccount', { SourceArn, SourceAccount: { Ref: 'AWS::AccountId' } }),
  },
  async observe({ eventBridge, id, paces: { permission }, secretsManager, waiting }) {
    const SecretId = id('ListenerSecret');
    const heardBy = async () => {
      const { Tags = [] } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
      return Tags.flatMap(({ Key }) => (Key!.startsWith('heard/') ? [Key!.split('/')[1]] : [])).sort();
    };
    let sent = 0;
    const send = async () => {
      sent++;
      await eventBridge.send(new PutEventsCommand({ Entries: [{ Source: SOURCE, DetailType: 'Observed', Detail: '{}', Resources: [SecretId] }] }));
    };
    // Both rules are as old, so that what is heard by one and still not by the other, several events later, is refused.
    const isHeard = async (name: string) => waiting.until(permission, async () => {
      await send();
      await waiting.pause(permission.every);
      return (await heardBy()).includes(name) ? true : undefined;
    });
    if (!await isHeard('ArnAlone')) throw new NotObserved(`no event was heard within ${permission.longest} ms`);
    const withAccount = await isHeard('ArnAndAccount') ?? false;
    return {
      seen: `Heard with SourceArn alone; with SourceAccount as well: ${withAccount ? 'heard' : `not heard, after ${sent} events`}.`,
      reading: { eventBridgeSendsSourceAccount: withAccount },
      evidence: { sent, heardBy: await heardBy() },
    };
  },
};
