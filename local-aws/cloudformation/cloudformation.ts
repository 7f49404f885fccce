import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrapStack } from './bootstrap';
import { requireCapabilities } from './capabilities';
import { validateCrossStackReferences } from './cross-stack-references';
import { CustomResource } from './custom-resource';
import { Deployment } from './deployment';
import { descriptionOf, parametersOf, resourceOf, stackSummaryOf, summaryOf } from './descriptions';
import { Evaluation, Surroundings } from './evaluation';
import { Exports } from './exports';
import { graphOf } from './graph';
import { HONOURS } from './honours';
import { findImportFault, importChange, importResources, ResourceToImport, validateImport } from './resource-import';
import type { ResourceType } from './resource-type';
import { validateServiceRole } from './service-role';
import { Specification, Stack, Tag } from './stack';
import { validateStackName } from './stack-name';
import { parseTemplate } from './template';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import { pageOf } from '../core/page';
import type { Call, Operation, Service } from '../endpoint/operation';
import { query } from '../protocols/query';
import { modelOf } from '../protocols/service-model';
import type { S3 } from '../s3/s3';
import type { Ssm } from '../ssm/ssm';

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly stack: Stack;
  readonly specification: Specification;
  readonly changes: object[];
  /** The resources to import, in a change set of that type. */
  readonly imports?: ResourceToImport[];
  /** Why it cannot be executed. */
  readonly fault?: string;
}

/** The length of all lists. AWS counts bytes for some. */
const PAGE = 100;
const INVALID_TOKEN = new AwsError('ValidationError', 'NextToken is invalid.');

/** Why a change set without changes cannot be executed. */
const NO_CHANGES = 'The submitted information didn\'t contain changes. Submit different information to create a change set.';

interface Parameter {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: string;
}

type Input = Record<string, any>;

/**
 * CloudFormation: stacks by change sets and directly.
 *
 * An operation on a stack is answered when it has ended: a client that polls need not wait for its next turn.
 */
export class CloudFormation implements Service {
  public readonly name = 'cloudformation';
  public readonly model = modelOf(__dirname);
  public readonly protocol = query(this.model);
  public readonly invalidInput = 'ValidationError';
  public readonly honours = HONOURS;
  public readonly stacks: Stack[] = [];

  /** Those that are there from the start. */
  private readonly given: Stack[] = [];
  private changeSets: ChangeSet[] = [];
  private readonly surroundings: Surroundings;

  public readonly operations: Record<string, Operation> = this.authorizing({
    DescribeStacks: ({ StackName }, { region }) => ({
      Stacks: (StackName ? [this.find(StackName, region)] : this.existingIn(region)).map(descriptionOf),
    }),
    GetTemplate: ({ StackName }, { region }) => (
      { TemplateBody: this.find(StackName, region).specification?.body ?? '{}', StagesAvailable: ['Original', 'Processed'] }
    ),
    DescribeStackEvents: ({ StackName }, { region }) => ({ StackEvents: this.find(StackName, region, `Stack [${StackName}]`).events }),
    ListStacks: ({ StackStatusFilter, NextToken }, { region }) => {
      const wanted = list<string>(StackStatusFilter);
      const found = this.all.filter((stack) => stack.region === region && (!wanted.length || wanted.includes(stack.status)));
      const { items, next } = pageOf(found, PAGE, NextToken, INVALID_TOKEN);
      return { StackSummaries: items.map(stackSummaryOf), NextToken: next };
    },
    ListExports: ({ NextToken }, { region }) => {
      const found = this.existingIn(region).flatMap(({ id, outputs }) => outputs.filter(({ ExportName }) => ExportName).map(
        ({ ExportName: Name, OutputValue: Value }) => ({ ExportingStackId: id, Name, Value })));
      const { items, next } = pageOf(found, PAGE, NextToken, INVALID_TOKEN);
      return { Exports: items, NextToken: next };
    },
    DescribeStackResources: ({ StackName, LogicalResourceId: wanted }, { region }) => {
      const stack = this.find(StackName, region);
      const shown = [...stack.resources.values()].filter(({ logicalId }) => logicalId === (wanted ?? logicalId));
      return { StackResources: shown.map((resource) => resourceOf(stack, resource)) };
    },
    ListStackResources: ({ StackName, NextToken }, { region }) => {
      const stack = this.find(StackName, region);
      const { items, next } = pageOf([...stack.resources.values()], PAGE, NextToken, INVALID_TOKEN);
      return { StackResourceSummaries: items.map((resource) => summaryOf(stack, resource)), NextToken: next };
    },
    DescribeStackResource: ({ StackName, LogicalResourceId }, { region }) => {
      const stack = this.find(StackName, region);
      const resource = stack.resources.get(LogicalResourceId);
      if (!resource) throw new AwsError('ValidationError', `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
      const { metadata } = resource;
      const detail = { StackId: stack.id, StackName: stack.name, ...summaryOf(stack, resource), Metadata: metadata && JSON.stringify(metadata) };
      return { StackResourceDetail: detail };
    },
    CreateChangeSet: (input, call) => this.createChangeSet(input, call),
    DescribeChangeSet: ({ ChangeSetName, StackName }, { region }) => {
      const { id, name, description: Description, stack, changes, fault, specification } = this.changeSet(ChangeSetName, StackName, region);
      const { parameters, tags } = specification;
      return {
        ChangeSetId: id,
        ChangeSetName: name,
        Description,
        StackId: stack.id,
        StackName: stack.name,
        Status: fault ? 'FAILED' : 'CREATE_COMPLETE',
        StatusReason: fault,
        ExecutionStatus: fault ? 'UNAVAILABLE' : 'AVAILABLE',
        Parameters: parametersOf(parameters),
        Tags: tags,
        Changes: changes,
      };
    },
    DeleteChangeSet: ({ ChangeSetName, StackName }, { region }) => {
      this.changeSets = this.changeSets.filter((changeSet) => !isCalled(changeSet, ChangeSetName, StackName, region));
    },
    ExecuteChangeSet: async ({ ChangeSetName, StackName, DisableRollback }, { region }) => {
      const { id, stack, specification, imports, fault } = this.changeSet(ChangeSetName, StackName, region);
      if (fault) throw new AwsError('InvalidChangeSetStatus', `ChangeSet [${id}] cannot be executed in its current status of [FAILED]`);
      await this.deploy(stack, specification, DisableRollback !== 'true', imports);
    },
    CreateStack: async (input, { region, account }) => {
      validateStackName(input.StackName);
      if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
        throw new AwsError('ValidationError', 'You can specify either DisableRollback or OnFailure, but not both.');
      }
      if (input.OnFailure === 'DELETE') throw new NotInLocalAws('OnFailure DELETE of cloudformation:CreateStack');
      if (this.existing(input.StackName, region)) throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
      const stack = new Stack(input.StackName, region, account);
      const specification = this.specification(input, stack);
      this.stacks.push(stack);
      stack.disableRollback = input.DisableRollback === 'true' || input.OnFailure === 'DO_NOTHING';
      await this.deploy(stack, specification, !stack.disableRollback);
      return { StackId: stack.id };
    },
    UpdateStack: async (input, { region }) => {
      const stack = this.find(input.StackName, region);
      const specification = this.specification(input, stack);
      if (!changesBetween(stack, specification).length) throw new AwsError('ValidationError', 'No updates are to be performed.');
      await this.deploy(stack, specification, input.DisableRollback !== 'true');
      return { StackId: stack.id };
    },
    DeleteStack: async ({ StackName }, { region }) => {
      const stack = this.existing(StackName, region);
      if (!stack) return;
      this.refuseGiven(stack);
      this.changeSets = this.changeSets.filter((changeSet) => changeSet.stack !== stack);
      await answerSoon(new Deployment(stack, this.surroundings).delete());
    },
  });

  constructor(
    account: string,
    private readonly resourceTypes: Record<string, ResourceType>,
    public readonly customResources: CustomResource,
    private readonly s3: S3,
    private readonly ssm: Ssm,
  ) {
    this.surroundings = {
      account,
      resourceType: (name) => this.resourceType(name),
      exports: new Exports(this.stacks),
      stacks: this.stacks,
    };
  }

  /** Makes a region one that is bootstrapped. */
  public bootstrap(account: string, region: string): void {
    this.given.push(bootstrapStack(account, region));
  }

  private createChangeSet(input: Input, { region, account }: Call): object {
    const known = this.existing(input.StackName, region);
    if (input.ChangeSetType === 'UPDATE' && !known) throw absent(input.StackName);
    if (known) requireUpdatable(known);
    if (input.ChangeSetType === 'CREATE' && known && known.status !== 'REVIEW_IN_PROGRESS') {
      throw new AwsError('ValidationError', `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`);
    }
    if (!known) validateStackName(input.StackName);
    if (input.ImportExistingResources === 'true') throw new NotInLocalAws('ImportExistingResources');
    const stack = known ?? new Stack(input.StackName, region, account);
    const specification = this.specification(input, stack);
    const id = `arn:aws:cloudformation:${region}:${account}:changeSet/${input.ChangeSetName}/${randomUUID()}`;
    const base = { id, name: input.ChangeSetName, description: input.Description, stack, specification };
    this.changeSets.push(input.ChangeSetType === 'IMPORT' ? this.importing(base, importsOf(input)) : changing(base));
    if (!known) this.stacks.push(stack);
    return { Id: id, StackId: stack.id };
  }

  private importing(base: Omit<ChangeSet, 'changes'>, imports: ResourceToImport[]): ChangeSet {
    const { resourceType } = this.surroundings;
    validateImport(base.stack, base.specification, imports, resourceType);
    const fault = findImportFault(base.stack, imports, resourceType, this.stacks);
    return { ...base, imports, fault, changes: fault ? [] : imports.map(importChange) };
  }

  private async deploy(stack: Stack, specification: Specification, rollBack: boolean, imports?: ResourceToImport[]): Promise<void> {
    requireUpdatable(stack);
    if (imports) return answerSoon(importResources(stack, specification, imports, this.surroundings));
    const deployment = new Deployment(stack, this.surroundings);
    await answerSoon(stack.specification ? deployment.update(specification, rollBack) : deployment.create(specification, rollBack));
  }

  /** The stack that a request asks for, checked as far as possible before anything changes. */
  private specification({ TemplateBody, TemplateURL, Parameters, Tags, Capabilities }: Input, stack: Stack): Specification {
    this.refuseGiven(stack);
    if ((TemplateBody === undefined) === (TemplateURL === undefined)) throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
    const body = TemplateBody ?? this.fetchTemplate(TemplateURL);
    const template = parseTemplate(body);
    const capabilities = list<string>(Capabilities);
    requireCapabilities(template, capabilities);
    validateCrossStackReferences(template);
    const given = new Map(list<Parameter>(Parameters).map((parameter) => [parameter.ParameterKey, parameter]));
    const unknown = [...given.keys()].filter((name) => !(name in (template.Parameters ?? {})));
    if (unknown.length) throw new AwsError('ValidationError', `Parameters: [${unknown.join(', ')}] do not exist in the template`);
    const parameters = Object.fromEntries(Object.entries(template.Parameters ?? {}).map(([name, { Type, Default }]) => {
      const parameter = given.get(name);
      const value = parameter?.UsePreviousValue === 'true' ? stack.specification?.parameters[name] : parameter?.ParameterValue ?? Default;
      if (value === undefined) throw new AwsError('ValidationError', `Parameters: [${name}] must have values`);
      return [name, Type.startsWith('AWS::SSM::Parameter::Value<') && !/^\d+$/.test(value) ? this.ssm.valueOf(value) : value];
    }));
    for (const { Type } of Object.values(template.Resources)) this.resourceType(Type);
    graphOf(template.Resources, (name) => name.startsWith('AWS::') || name in parameters);
    const specification: Specification = { body, template, parameters, capabilities, tags: list<Tag>(Tags) };
    new Evaluation(stack, specification, this.surroundings).requireRules();
    return specification;
  }

  private fetchTemplate(url: string): string {
    const { hostname, pathname } = new URL(url);
    const virtualHosted = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
    const [bucket, ...key] = virtualHosted ? [virtualHosted, ...pathname.slice(1).split('/')] : pathname.slice(1).split('/');
    return this.s3.getObject(bucket, key.join('/')).toString();
  }

  private get all(): Stack[] {
    return [...this.given, ...this.stacks];
  }

  private refuseGiven(stack: Stack): void {
    if (this.given.includes(stack)) throw new NotInLocalAws(`a change of the stack ${stack.name}`);
  }

  private existingIn(region: string): Stack[] {
    return this.all.filter((stack) => stack.exists && stack.region === region);
  }

  private existing(nameOrId: string, region: string): Stack | undefined {
    return this.existingIn(region).find(({ name, id }) => [name, id].includes(nameOrId));
  }

  /**
   * Finds an existing stack by its name, or any stack by its ARN.
   *
   * @param called how the error calls a stack that does not exist. The CDK toolkit knows the events' by its whole text
   */
  private find(nameOrId: string, region: string, called?: string): Stack {
    const stack = this.existing(nameOrId, region) ?? this.all.find(({ id }) => id === nameOrId);
    if (!stack) throw absent(nameOrId, called);
    return stack;
  }

  private changeSet(nameOrId: string, stackName: string | undefined, region: string): ChangeSet {
    const changeSet = this.changeSets.find((candidate) => isCalled(candidate, nameOrId, stackName, region));
    if (!changeSet) throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
    return changeSet;
  }

  private resourceType(name: string): ResourceType {
    if (name.startsWith('Custom::')) return this.customResources;
    const type = this.resourceTypes[name];
    if (!type) throw new NotInLocalAws(`the resource type ${name}`);
    return type;
  }

  private authorizing(operations: Record<string, Operation>): Record<string, Operation> {
    return Object.fromEntries(Object.entries(operations).map(([name, operation]): [string, Operation] => [name, async (input, call) => {
      const { StackName, RoleARN, DeploymentConfig: { Mode = 'STANDARD' } = {} } = input;
      if (Mode !== 'STANDARD') throw new NotInLocalAws(`the deployment mode ${Mode}`);
      validateServiceRole(RoleARN, call.account, call.region);
      const stack = this.stacks.find(({ id }) => id === StackName) ?? this.existing(StackName, call.region);
      const named = () => stack?.id ?? `arn:aws:cloudformation:${call.region}:${call.account}:stack/${StackName}/*`;
      await call.authorize(`cloudformation:${name}`, StackName === undefined ? '*' : named());
      return operation(input, call);
    }]));
  }
}

/** Clients give up on an answer that does not come. */
async function answerSoon(work: Promise<void>): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([work, sleep(60_000, undefined, { signal: waiting.signal }).catch(() => {})]);
  waiting.abort();
}

/** A stack cannot be changed during an operation, and can only be deleted after a failed creation or deletion. */
function requireUpdatable({ id, status }: Stack): void {
  const isUnderWay = status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
  if (!isUnderWay && !['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status)) return;
  throw new AwsError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
}

function changing(base: Omit<ChangeSet, 'changes'>): ChangeSet {
  const changes = changesBetween(base.stack, base.specification);
  return { ...base, changes, fault: changes.length ? undefined : NO_CHANGES };
}

function importsOf({ ResourcesToImport }: Input): ResourceToImport[] {
  return list(ResourcesToImport);
}

function changesBetween(stack: Stack, { template, parameters, tags }: Specification): object[] {
  const before = stack.specification?.template.Resources ?? {};
  const sameContext = JSON.stringify([parameters, tags]) === JSON.stringify([stack.specification?.parameters, stack.specification?.tags]);
  const names = new Set([...Object.keys(before), ...Object.keys(template.Resources)]);
  const changes: object[] = [];
  for (const name of names) {
    const [old, now] = [before[name], template.Resources[name]];
    if (sameContext && JSON.stringify(old) === JSON.stringify(now)) continue;
    const Action = !old ? 'Add' : now ? 'Modify' : 'Remove';
    changes.push({ Type: 'Resource', ResourceChange: { Action, LogicalResourceId: name, PhysicalResourceId: stack.resources.get(name)?.physicalId, ResourceType: (now ?? old).Type } });
  }
  const outputsOf = (specification?: Specification) => JSON.stringify(specification?.template.Outputs);
  if (!changes.length && stack.specification && outputsOf(stack.specification) !== JSON.stringify(template.Outputs)) changes.push({ Type: 'Resource' });
  return changes;
}

function isCalled(changeSet: ChangeSet, nameOrId: string, stackName: string | undefined, region: string): boolean {
  const { id, name, stack } = changeSet;
  return id === nameOrId || (name === nameOrId && stack.region === region && [stack.id, stack.name].includes(stackName ?? ''));
}

function absent(nameOrId: string, called = `Stack with id ${nameOrId}`): AwsError {
  return new AwsError('ValidationError', `${called} does not exist`);
}

/** A list of the form, which comes as an empty string when it has no members. */
function list<T>(value: T[] | string | undefined): T[] {
  return Array.isArray(value) ? value : [];
}
