/** A resource in a stack of CloudFormation. */
export interface CloudFormationResource {
  readonly stack: string;
  readonly logicalId: string;
}

type Tags = Record<string, string>;

/** The tags that are not AWS's own: IVS refuses to set one of those, and does not count them. */
export function withoutAwsTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')));
}

/** The resource that CloudFormation has made something for. The tags stay when the resource is retained, or its stack has gone. */
export function resourceIn({ 'aws:cloudformation:stack-id': stack, 'aws:cloudformation:logical-id': logicalId }: Tags): CloudFormationResource | undefined {
  return stack && logicalId ? { stack, logicalId } : undefined;
}
