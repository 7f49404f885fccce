import { randomUUID } from 'node:crypto';
import type { Deployed, Properties } from './resource-type';
import type { ResourceDefinition, Template } from './template';

/** A resource of a stack, with the properties it was last given. */
export interface StackResource extends Deployed {
  readonly logicalId: string;
  readonly definition: ResourceDefinition;
  readonly properties: Properties;
  /** The metadata of the template, its functions carried out. */
  readonly metadata?: unknown;
}

export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ResourceProperties?: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The stack that a request asks for. */
export interface Specification {
  readonly body: string;
  readonly template: Template;
  readonly parameters: Record<string, string>;
  readonly capabilities: readonly string[];
  readonly tags: Tag[];
}

/** A stack: what it was asked to be, what it is, and what has happened to it. */
export class Stack {
  public readonly id: string;
  public readonly created = new Date();
  public updated?: Date;
  public deleted?: Date;
  /** Whether CreateStack was told to leave a failed stack as it is. */
  public disableRollback = false;
  public status = 'REVIEW_IN_PROGRESS';
  public statusReason?: string;
  public specification?: Specification;
  public resources = new Map<string, StackResource>();
  public outputs: { OutputKey: string; OutputValue: string; Description?: string; ExportName?: string }[] = [];
  /** The names of the exports that it uses. */
  public imports = new Set<string>();
  public readonly events: StackEvent[] = [];

  constructor(public readonly name: string, public readonly region: string, account: string) {
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
  }

  public get exists(): boolean {
    return this.status !== 'DELETE_COMPLETE';
  }

  /** The status of a resource, and since when it has had it. */
  public lastChangeOf(logicalId: string): { readonly status: string; readonly time: Date } {
    const event = this.events.find(({ LogicalResourceId }) => LogicalResourceId === logicalId);
    return { status: event?.ResourceStatus ?? 'CREATE_COMPLETE', time: event?.Timestamp ?? this.created };
  }

  /** Notes the stack's own new status. */
  public become(status: string, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    if (status === 'UPDATE_IN_PROGRESS') this.updated = new Date();
    if (status === 'DELETE_COMPLETE') this.deleted = new Date();
    this.note(this.name, this.id, 'AWS::CloudFormation::Stack', status, reason);
  }

  public note(logicalId: string, physicalId: string, type: string, status: string, reason?: string, properties?: Properties): void {
    this.events.unshift({
      EventId: randomUUID(),
      StackId: this.id,
      StackName: this.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Timestamp: new Date(),
      ResourceStatus: status,
      ResourceStatusReason: reason,
      ResourceProperties: properties && JSON.stringify(properties),
    });
  }
}
