export type Tags = Record<string, string>;

/** A resource in a CloudFormation stack. */
export interface CloudFormationResource {
  readonly stack: string;
  readonly logicalId: string;
}

/** The tags without those of AWS: IVS refuses to set one of these, and does not count them. */
export function withoutAwsTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')));
}

/** The resource that CloudFormation created something for. The tags stay when the resource is retained or its stack is deleted. */
export function resourceIn({ 'aws:cloudformation:stack-id': stack, 'aws:cloudformation:logical-id': logicalId }: Tags): CloudFormationResource | undefined {
  return stack && logicalId ? { stack, logicalId } : undefined;
}
