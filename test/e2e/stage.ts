import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, CfnElement, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { CdkCli, CliRun } from '../../local-aws/clients/cdk-cli';
import type { Stack as DeployedStack, StackEvent } from '../../local-aws/cloudformation/stack';
import type { IvsStreamKey } from '../../local-aws/ivs/ivs';
import { LocalAws } from '../../local-aws/local-aws';
import type { Secret } from '../../local-aws/secrets-manager/secrets-manager';

/** What an app consists of: it is given a stack to fill. */
export type Program = (stack: Stack) => void;

/** A local AWS and the real CDK CLI, for one test: apps are synthesized here and deployed by the CLI. */
export class Stage {
  /** @param options.rate how often a second IVS allows an operation; higher than in AWS, unless it is what the test is about */
  public static async start({ rate = 100 } = {}): Promise<Stage> {
    const aws = await LocalAws.start();
    for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, rate);
    return new Stage(aws);
  }

  public readonly cli: CdkCli;
  /** All that the CLI has printed. */
  public output = '';
  /** Where the apps were synthesized to. */
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'e2e-'));

  private constructor(public readonly aws: LocalAws) {
    this.cli = new CdkCli(aws);
  }

  /** Deploys an app with one stack; fails the test if the CLI does. */
  public async deploy(program: Program, stackName = 'Live', args: string[] = []): Promise<DeployedStack> {
    const run = await this.tryDeploy(program, stackName, args);
    if (run.exitCode !== 0) throw new Error(`cdk deploy failed:\n${run.output}`);
    return this.stack(stackName);
  }

  /** Deploys an app with one stack, whatever comes of it. */
  public async tryDeploy(program: Program, stackName = 'Live', args: string[] = []): Promise<CliRun> {
    return this.run('deploy', ['--app', this.synth(program, stackName), '--require-approval', 'never', ...args]);
  }

  /**
   * Has the CLI import resources that exist already; fails the test if it cannot.
   *
   * @param identifiers by which CloudFormation finds them, for each path below the stack
   */
  public async import(program: Program, identifiers: Record<string, Record<string, string>>, stackName = 'Live'): Promise<DeployedStack> {
    const stack = this.build(program, stackName);
    const { directory } = (stack.node.root as App).synth();
    const logicalId = (below: string) => stack.getLogicalId(below.split('/').reduce((at: IConstruct, id) => at.node.findChild(id), stack) as CfnElement);
    const mapping = Object.fromEntries(Object.entries(identifiers).map(([below, identifier]) => [logicalId(below), identifier]));
    const mappingFile = path.join(directory, 'mapping.json');
    fs.writeFileSync(mappingFile, JSON.stringify(mapping));
    const run = await this.run('import', ['--app', directory, '--resource-mapping', mappingFile]);
    if (run.exitCode !== 0) throw new Error(`cdk import failed:\n${run.output}`);
    return this.stack(stackName);
  }

  /** Destroys a stack; fails the test if the CLI does. */
  public async destroy(program: Program, stackName = 'Live', args: string[] = []): Promise<void> {
    const run = await this.tryDestroy(program, stackName, args);
    if (run.exitCode !== 0) throw new Error(`cdk destroy failed:\n${run.output}`);
  }

  /** Destroys a stack, whatever comes of it. */
  public async tryDestroy(program: Program, stackName = 'Live', args: string[] = []): Promise<CliRun> {
    return this.run('destroy', ['--app', this.synth(program, stackName), '--force', ...args]);
  }

  /** The stack of that name that exists, or existed last. */
  public stack(name = 'Live'): DeployedStack {
    const stack = this.aws.cloudformation.stacks.filter((candidate) => candidate.name === name).pop();
    if (!stack) throw new Error(`There never was a stack ${name}`);
    return stack;
  }

  /** The one stream key there is. */
  public onlyKey(): IvsStreamKey {
    const keys = this.aws.ivs.allStreamKeys;
    if (keys.length !== 1) throw new Error(`There should be one stream key, and there are ${keys.length}`);
    return keys[0];
  }

  /** The one secret there is. */
  public onlySecret(): Secret {
    const secrets = this.aws.secretsManager.all;
    if (secrets.length !== 1) throw new Error(`There should be one secret, and there are ${secrets.length}`);
    return secrets[0];
  }

  /** The secret of that name. */
  public secret(name: string): Secret {
    const secret = this.aws.secretsManager.find(name);
    if (!secret) throw new Error(`There is no secret ${name}`);
    return secret;
  }

  /** What an encoder reads from a secret; undefined while it is empty. */
  public stored(secret: Secret = this.onlySecret(), label = 'AWSCURRENT'): Record<string, string> | undefined {
    const version = [...secret.versions.values()].find(({ labels }) => labels.has(label));
    return version && JSON.parse(version.value!);
  }

  /** The stream key that an encoder reads from a secret; undefined while it is empty. */
  public storedKey(secret: Secret = this.onlySecret(), label = 'AWSCURRENT'): string | undefined {
    return this.stored(secret, label)?.streamKey;
  }

  /** All that there is: what the services have, and what CloudFormation has made and not deleted. */
  public inventory(): string[] {
    const { cloudformation, ivs, secretsManager } = this.aws;
    const statuses = new Map<string, string>();
    for (const stack of cloudformation.stacks) {
      for (const { LogicalResourceId, PhysicalResourceId, ResourceStatus } of [...stack.events].reverse()) {
        if (PhysicalResourceId && PhysicalResourceId !== stack.id) statuses.set(`${stack.name}/${LogicalResourceId} ${PhysicalResourceId}`, ResourceStatus);
      }
    }
    return [
      ...[...ivs.allChannels, ...ivs.allStreamKeys, ...secretsManager.all].map(({ arn }) => arn),
      ...[...statuses].filter(([, status]) => status !== 'DELETE_COMPLETE').map(([resource]) => resource),
    ].sort();
  }

  /** The calls that functions have made since the last look. */
  public takeCalls(): string[] {
    const calls = this.aws.endpoint.calls.byFunctions().map(({ operation }) => operation);
    this.aws.endpoint.calls.clear();
    return calls;
  }

  /** Why resources have failed, the latest first. */
  public failures(stackName = 'Live'): string[] {
    return this.stack(stackName).events
      .filter(({ ResourceStatus }: StackEvent) => ResourceStatus.endsWith('_FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`);
  }

  public async stop(): Promise<void> {
    this.cli.close();
    await this.aws.stop();
    fs.rmSync(this.directory, { recursive: true });
  }

  private synth(program: Program, stackName: string): string {
    return (this.build(program, stackName).node.root as App).synth().directory;
  }

  private build(program: Program, stackName: string): Stack {
    const app = new App({ outdir: fs.mkdtempSync(path.join(this.directory, 'cdk.out-')) });
    const stack = new Stack(app, stackName);
    program(stack);
    return stack;
  }

  private async run(command: string, args: string[]): Promise<CliRun> {
    const run = await this.cli.run(command, args);
    this.output += run.output;
    // The looks that the new versions of secrets bring.
    await this.aws.eventBridge.idle();
    return run;
  }
}
