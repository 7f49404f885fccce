import { App, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';

/** What a user does with a secret, in the stack that makes it. */
export type Use = (stack: Stack, secret: secretsmanager.ISecret) => void;

/** How a secret is made. */
export interface Making {
  readonly stack?: StackProps;
  readonly context?: Record<string, unknown>;
  readonly secretName?: string;
  readonly encryptionKey?: (stack: Stack) => kms.IKey;
}

type SecretIn = (stack: Stack, props: Pick<ManagedStreamKeyProps, 'secretName' | 'encryptionKey'>) => secretsmanager.ISecret;

/** A secret of the CDK's, at the path at which a stream key has its own, so that all logical ids are the same. */
const plainSecret: SecretIn = (stack, props) => new secretsmanager.Secret(new Construct(stack, 'Live'), 'Secret', { removalPolicy: RemovalPolicy.DESTROY, ...props });

const secretOfStreamKey: SecretIn = (stack, props) => new ManagedStreamKey(stack, 'Live', {
  channel: Channel.fromChannelArn(stack, 'Channel', 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh'), ...props,
}).secret;

/** A user's own secret, handed out through the key that is put into it. */
const suppliedSecret: SecretIn = (stack, props) => new ManagedStreamKey(stack, 'Managed', {
  channel: Channel.fromChannelArn(stack, 'Channel', 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh'), secret: plainSecret(stack, props),
}).secret;

/** What the use of a secret adds to templates: of the CDK's secret, of the one that is made for a stream key, and of a user's own with a stream key. */
export function besideAPlainSecret(use: Use, making: Making = {}): { plain: unknown; ours: unknown; supplied: unknown } {
  const [plain, ours, supplied] = [plainSecret, secretOfStreamKey, suppliedSecret].map((secretIn) => additions(secretIn, use, making));
  return { plain, ours, supplied };
}

function additions(secretIn: SecretIn, use: Use, making: Making): unknown {
  const unused = templates(secretIn, () => {}, making);
  const used = templates(secretIn, use, making);
  return Object.fromEntries(Object.entries(used).map(([name, template]) => {
    const before = unused[name]?.Resources ?? {};
    const isAdded = ([id, resource]: [string, any]) =>
      resource.Type !== 'AWS::SecretsManager::Secret' && JSON.stringify(before[id]) !== JSON.stringify(resource);
    const added = Object.entries<any>(template.Resources ?? {}).filter(isAdded);
    return [name, withoutReference(Object.fromEntries(added))];
  }));
}

function templates(secretIn: SecretIn, use: Use, { stack: props, context, secretName, encryptionKey }: Making): Record<string, any> {
  const app = new App({ context });
  const stack = new Stack(app, 'Stack', props);
  use(stack, secretIn(stack, { secretName, encryptionKey: encryptionKey?.(stack) }));
  app.synth();
  const stacks = app.node.children.filter((child): child is Stack => Stack.isStack(child));
  return Object.fromEntries(stacks.map((one) => [one.node.id, Template.fromStack(one).toJSON()]));
}

/** Leaves out what is meant to differ: how the secret is referred to, and what its policy says of itself. */
function withoutReference(template: object): unknown {
  const references = [
    /\{"Ref":"LiveSecret[0-9A-F]{8}"\}/g,
    /\{"Fn::GetAtt":\["(Live|Managed)[0-9A-F]{8}","SecretArn"\]\}/g,
    /\{"Fn::ImportValue":"Stack:ExportsOutput[^"]*"\}/g,
  ];
  const text = references.reduce((json, reference) => json.replace(reference, '"<secret>"'), JSON.stringify(template))
    .replace(/(Live|ManagedStored)SecretAttachment(Policy)?[0-9A-F]{8}/g, 'SecretAttachment$2');
  return JSON.parse(text, (_, value) => value?.Type === 'AWS::SecretsManager::ResourcePolicy' ? policyOf(value) : value);
}

/** The policy says `*` for its secret, so that it fits replicas, which have it as well. It goes where the secret goes. */
function policyOf({ Type, Properties }: Record<string, any>): unknown {
  const { Statement } = Properties.ResourcePolicy;
  const statements = Statement.map((statement: object) => ({ ...statement, Resource: '*' }));
  return { Type, Properties: { ...Properties, ResourcePolicy: { ...Properties.ResourcePolicy, Statement: statements } } };
}
