import type { RotationRules } from './schedule';
import { AwsError } from '../core/aws-error';

export interface SecretVersion {
  value?: string;
  readonly labels: Set<string>;
  readonly created: Date;
}

/** The rotation settings of a secret. */
export interface RotationConfiguration {
  readonly lambdaArn: string;
  readonly rules?: RotationRules;
  readonly enabled: boolean;
  /** The latest time of the next planned rotation. */
  next?: Date;
  /** Calls the planned one off. */
  callOff?: () => void;
}

/** A copy of a secret in another region. */
export interface Replica {
  readonly Region: string;
  readonly KmsKeyId: string;
  Status: string;
  StatusMessage?: string;
  /** The time at which its status changes. Milliseconds of `performance.now()`. */
  settles?: number;
  /** The time at which it is gone, during its removal. */
  gone?: number;
}

/** A rotation that has begun. */
export interface RotationUnderWay {
  token: string;
  /** Shows that a call of its function is part of the rotation. */
  rotationToken: string;
  /** Whether something else has made a version meanwhile. */
  abandoned?: boolean;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  readonly versions: Map<string, SecretVersion>;
  readonly created: Date;
  deleted?: Date;
  replicas: Replica[];
  rotation?: RotationConfiguration;
  rotating?: RotationUnderWay;
  lastRotated?: Date;
  lastChanged: Date;
  /** The tags of AWS itself, such as those of CloudFormation. */
  readonly systemTags?: Record<string, string>;
  /** The labels before each of the last changes, and when that came. Milliseconds of `performance.now()`. */
  past?: { readonly labels: Labels; readonly until: number }[];
}

/** The labels of each version that has any. */
type Labels = Record<string, string[]>;

const MOST_VERSIONS = 100;
const MOST_CHANGES = 100;
const DAY = 86_400_000;

/** An ARN that ends like this is taken for a complete one. */
const RANDOM_END = /-[A-Za-z0-9]{6}$/;

/** Whether a secret has this name, or this ARN but for the random characters at its end. */
export function isCalled({ name, arn }: Secret, id: string): boolean {
  return name === id || (!RANDOM_END.test(id) && arn.replace(RANDOM_END, '') === id);
}

/** The version that a label is on. */
export function holderOf(secret: Secret, label: string): string | undefined {
  return [...secret.versions].find(([, { labels }]) => labels.has(label))?.[0];
}

/** The version of a rotation that has begun and not ended. */
export function pendingVersionOf(secret: Secret): string | undefined {
  const pending = holderOf(secret, 'AWSPENDING');
  return pending === holderOf(secret, 'AWSCURRENT') ? undefined : pending;
}

/** The labels that a read shows which comes so many milliseconds behind. */
export function labelsShown({ versions, past = [] }: Secret, lag: number): Labels {
  const since = performance.now() - lag;
  return past.find(({ until }) => until > since)?.labels ?? labelsIn(versions);
}

function labelsIn(versions: Secret['versions']): Labels {
  return Object.fromEntries([...versions].filter(([, { labels }]) => labels.size).map(([id, { labels }]) => [id, [...labels]]));
}

function beforeChange(secret: Secret): void {
  secret.past = [...secret.past ?? [], { labels: labelsIn(secret.versions), until: performance.now() }].slice(-MOST_CHANGES);
}

/** Makes a version without labels. Deprecated ones give way once there are a hundred, but none that is younger than a day. */
export function addVersion({ versions }: Secret, id: string, now: Date, value?: string): void {
  if (versions.size >= MOST_VERSIONS) {
    const old = [...versions].find(([, { labels, created }]) => !labels.size && now.getTime() - created.getTime() > DAY);
    if (!old) throw new AwsError('LimitExceededException', `The secret has ${MOST_VERSIONS} versions, and none of them is both deprecated and older than 24 hours.`);
    versions.delete(old[0]);
  }
  versions.set(id, { value, labels: new Set(), created: now });
}

/** AWSCURRENT leaves AWSPREVIOUS behind. A version without labels is deprecated, but there. */
export function moveLabel(secret: Secret, label: string, to: string): void {
  const holder = holderOf(secret, label);
  if (holder === to) return;
  beforeChange(secret);
  if (holder) secret.versions.get(holder)!.labels.delete(label);
  secret.versions.get(to)!.labels.add(label);
  if (label === 'AWSCURRENT' && holder) {
    for (const { labels } of secret.versions.values()) labels.delete('AWSPREVIOUS');
    secret.versions.get(holder)!.labels.add('AWSPREVIOUS');
  }
}

/** Takes a label off, if it is on that version. */
export function removeLabel(secret: Secret, label: string, from: string): void {
  if (!secret.versions.get(from)?.labels.has(label)) return;
  beforeChange(secret);
  secret.versions.get(from)!.labels.delete(label);
}

/** Removes a version, and its labels with it. */
export function removeVersion(secret: Secret, id: string): void {
  beforeChange(secret);
  secret.versions.delete(id);
}

export function usable(secret: Secret): Secret {
  if (secret.deleted) throw new AwsError('InvalidRequestException', 'You can\'t perform this operation on the secret because it was marked for deletion.');
  return secret;
}
