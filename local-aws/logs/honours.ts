import type { HonouredMembers } from '../endpoint/operation';

const OF_A_GROUP = ['logGroupName', 'logGroupIdentifier'];

/** The members of inputs that CloudWatch Logs honours here. */
export const HONOURS: HonouredMembers = {
  DescribeLogGroups: ['logGroupNamePrefix', 'logGroupNamePattern', 'limit', 'nextToken'],
  DescribeLogStreams: [...OF_A_GROUP, 'logStreamNamePrefix', 'orderBy', 'descending', 'limit', 'nextToken'],
  // Events are interleaved whether or not this is asked for.
  FilterLogEvents: [...OF_A_GROUP, 'logStreamNames', 'startTime', 'endTime', 'filterPattern', 'limit', 'nextToken', 'interleaved'],
  GetLogEvents: [...OF_A_GROUP, 'logStreamName', 'startTime', 'endTime', 'limit', 'nextToken', 'startFromHead'],
};
