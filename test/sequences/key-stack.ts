import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { zipSync } from 'fflate';
import type { Stack as DeployedStack } from '../../local-aws/cloudformation/stack';
import { AwsError } from '../../local-aws/core/aws-error';
import { LocalAws, REGION } from '../../local-aws/local-aws';
import { Channel, ManagedStreamKey, StreamKeyProvider } from '../../src';
import { WhileLive } from '../../src/contract/while-live';
import { failAfter } from '../e2e/fail-after';

/** A `ManagedStreamKey` as an app has it. */
export interface KeyProps {
  /** The construct id: another one is a rename. */
  readonly id: string;
  readonly serial: number;
  readonly whileLive: WhileLive;
  readonly rotateAfterStream: boolean;
  /** Seconds. */
  readonly reconnectWindow: number;
  /** The hours from one scheduled rotation to the next. @default - no schedule */
  readonly rotatedEvery?: number;
}

/** The constructs of the app, one for each channel; undefined where there is none. */
export type Keys = readonly (KeyProps | undefined)[];

const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'stream-key-handler', 'index.js');
const NAME = 'Sequence';
const templates = new Map<string, string>();

/** Deploys stacks with the constructs, as an administrator does. */
export class KeyStack {
  constructor(private readonly aws: LocalAws, private readonly channelArns: readonly string[]) {}

  public get deployed(): DeployedStack {
    return this.aws.cloudformation.stacks.find(({ name }) => name === NAME)!;
  }

  /**
   * Deploys, and returns whether that succeeded; it was rolled back otherwise.
   *
   * @param fails whether the deployment fails after everything else has succeeded
   */
  public async deploy(keys: Keys, fails = false): Promise<boolean> {
    const { operations } = this.aws.cloudformation;
    const template = this.template(keys, fails);
    if (!this.deployed) this.uploadBundle(template);
    try {
      const input = { StackName: NAME, TemplateBody: template, Capabilities: ['CAPABILITY_IAM'] };
      await operations[this.deployed ? 'UpdateStack' : 'CreateStack'](input, administrator('cloudformation'));
    } catch (error) {
      if (error instanceof AwsError && error.message === 'No updates are to be performed.') return true;
      throw error;
    }
    return ['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(this.deployed.status);
  }

  private template(keys: Keys, fails: boolean): string {
    const name = JSON.stringify([keys, fails]);
    if (!templates.has(name)) templates.set(name, this.synthesize(keys, fails));
    return this.channelArns.reduce((text, arn, index) => text.replaceAll(placeholder(index), arn), templates.get(name)!);
  }

  private synthesize(keys: Keys, fails: boolean): string {
    const app = new App({ outdir: fs.mkdtempSync(path.join(fs.realpathSync('/tmp'), 'key-stack-')), analyticsReporting: false });
    const stack = new Stack(app, NAME);
    const provider = new StreamKeyProvider(stack, 'Provider', { lookAfter: { onChangeByHand: true } });
    // So that its policy and its function are the same from the first deployment to the last.
    provider._allowRotation();
    provider._followBroadcasts();
    const scope = new Construct(stack, 'Keys');
    keys.forEach((key, index) => {
      if (!key) return;
      const { id, reconnectWindow, rotatedEvery, ...props } = key;
      new ManagedStreamKey(scope, id, {
        ...props,
        provider,
        channel: Channel.fromChannelArn(scope, `Channel${index}`, placeholder(index)),
        reconnectWindow: props.rotateAfterStream || props.whileLive === WhileLive.DEFER ? Duration.seconds(reconnectWindow) : undefined,
        rotationSchedule: rotatedEvery === undefined ? undefined : { automaticallyAfter: Duration.hours(rotatedEvery) },
      });
    });
    if (fails) failAfter(scope);
    const assembly = app.synth();
    const { template } = assembly.getStackByName(NAME);
    fs.rmSync(assembly.directory, { recursive: true });
    return JSON.stringify(template);
  }

  /** Uploads the bundle where the template expects it. */
  private uploadBundle(template: string): void {
    const { Code } = Object.values<any>(JSON.parse(template).Resources).find(({ Type }) => Type === 'AWS::Lambda::Function').Properties;
    this.aws.s3.putObject(`cdk-hnb659fds-assets-123456789012-${REGION}`, Code.S3Key, Buffer.from(zipSync({ 'index.js': fs.readFileSync(BUNDLE) })));
  }
}

/** The ARN of a channel in a template that is used for several. */
function placeholder(index: number): string {
  return `arn:aws:ivs:${REGION}:123456789012:channel/placeholder${index}`;
}

/** A call of somebody who may do everything. */
export function administrator(service: string): any {
  return { service, operation: '', region: REGION, account: '123456789012', caller: { arn: 'arn:aws:iam::123456789012:user/administrator' }, authorize: async () => {} };
}
