/** Errors of awslint that are accepted, and why. */
export interface Explained {
  readonly rule: string;
  /** The fully qualified name of the element. */
  readonly where: RegExp;
  readonly reason: string;
}

export const AWSLINT: Explained[] = [
  {
    rule: 'prefer-ref-interface',
    where: /^cdk-ivs-managed-stream-key\./,
    reason: 'The library calls what only the L2 interfaces have: grants, resource policies, metrics, subscriptions.',
  },
  { rule: 'prefer-ref-interface', where: /^aws-cdk-lib\./, reason: 'The props of the CDK itself.' },
  {
    rule: 'no-grants',
    where: /\.(Channel|ManagedStreamKey)\.grant\w*$/,
    reason: 'For resources in aws-cdk-lib, which the CDK gives classes with grants. Methods are what users know from its L2s.',
  },
  {
    rule: 'props-physical-name',
    where: /\.(ManagedStreamKey|StreamKeyRotationSchedule|StreamKeyProvider)Props$/,
    reason: 'A stream key and a schedule have no name. The function of a provider gets one from CloudFormation.',
  },
  { rule: 'resource-class-extends-resource', where: /\.StreamKeyProvider$/, reason: 'It contains a function, and is none.' },
  { rule: 'ref-via-interface', where: /\.ManagedStreamKeyProps\.provider$/, reason: 'A provider is only ever ours.' },
  { rule: 'ref-via-interface', where: /\.privateIngestUrl\.endpoint$/, reason: 'The DNS names of an imported endpoint are not known.' },
  { rule: 'events-generic', where: /\.ManagedStreamKey$/, reason: 'A key has one event. `onEvent` is with the others, on the channel.' },
];
