import type { Finding } from './tools';

/** Findings that are accepted, and why. */
export interface Explained {
  readonly rule: string;
  /** The place in the template: for cfn-lint a path, for checkov a resource with its type. */
  readonly where: RegExp;
  readonly reason: string;
}

export const isExplained = ({ rule, where }: Finding, by: Explained) => rule === by.rule && by.where.test(where);

export const CFN_LINT: Explained[] = [
  {
    rule: 'W3005',
    where: /^Resources\/\w+\/DependsOn\/\d+$/,
    reason: 'The CDK writes the dependencies of a construct in full. CloudFormation takes one that a reference implies as well as one alone.',
  },
  {
    rule: 'I1022',
    where: /\/Fn::Join\/0$/,
    reason: 'The CDK joins strings with Fn::Join. The result is that of Fn::Sub.',
  },
];

// The functions: ours, the one of examples/live-channel that reads the secret, and the CDK's own behind the AwsApi of examples/restarted-encoder.
const HANDLER = /\.ManagedStreamKeyProviderHandler/;
const EXAMPLE_FUNCTIONS = /\.(EncoderFunction|AWSb4cf1abd)/;

export const CHECKOV: Explained[] = [
  {
    rule: 'CKV_AWS_115',
    where: HANDLER,
    reason: 'A reservation takes from the quota of the account, which is 10 in a new one and then cannot be reserved. `reservedConcurrentExecutions` sets it.',
  },
  {
    rule: 'CKV_AWS_116',
    where: HANDLER,
    reason: 'CloudFormation itself fails a deployment that gets no answer, Secrets Manager waits for its own, and the queue of events has dead letters. '
      + '`deadLetterQueue` sets one for the rest.',
  },
  {
    rule: 'CKV_AWS_117',
    where: HANDLER,
    reason: 'The API of Amazon IVS has no VPC endpoint, so a VPC only adds a NAT gateway. `vpc` sets it.',
  },
  {
    rule: 'CKV_AWS_173',
    where: HANDLER,
    reason: 'Lambda encrypts the variables with its own key, and they are not secret: they name the stack. `environmentEncryption` sets another.',
  },
  {
    rule: 'CKV_AWS_149',
    where: /Secret[0-9A-F]{8}$/,
    reason: 'Secrets Manager encrypts with the key aws/secretsmanager, which costs nothing. `encryptionKey` sets another.',
  },
  {
    rule: 'CKV_AWS_158',
    where: /\.ManagedStreamKeyProviderLogGroup/,
    reason: 'CloudWatch Logs encrypts with a key of its own, and nothing that the function writes is secret. `logGroup` sets another.',
  },
  {
    rule: 'CKV_AWS_27',
    where: /ProviderEvents(Queue|DeadLetters)[0-9A-F]{8}$/,
    reason: 'A mistake of checkov: it looks for a KMS key only, and these queues set SqsManagedSseEnabled. Their events hold no key.',
  },
  {
    rule: 'CKV_AWS_26',
    where: /\.(Alarms|Rotations)[0-9A-F]{8}$/,
    reason: 'EventBridge and CloudWatch cannot publish to a topic with the key aws/sns, and one of the account costs. The messages hold nothing secret.',
  },
  ...['CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117'].map((rule) => ({
    rule, where: EXAMPLE_FUNCTIONS, reason: 'The examples show no more of a function than reading or following the stream key takes.',
  })),
  {
    rule: 'CKV_AWS_173',
    where: /\.EncoderFunction/,
    reason: 'The variable is the ARN of the secret, not its value.',
  },
  {
    rule: 'CKV_AWS_158',
    where: /\.Encoder\w*LogGroup/,
    reason: 'CloudWatch Logs encrypts with a key of its own, and the examples log nothing secret.',
  },
];
