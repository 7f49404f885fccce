import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { differ } from '../core/environment';
import { propError } from '../core/prop-error';

/** The least and the most memory that Lambda gives a function, in megabytes. */
const [LEAST_MEMORY, MOST_MEMORY] = [128, 10_240];

/** The memory is what Lambda can give. */
export function validateMemorySize(scope: Construct, memorySize?: number): void {
  if (memorySize === undefined || Token.isUnresolved(memorySize)) return;
  if (Number.isInteger(memorySize) && memorySize >= LEAST_MEMORY && memorySize <= MOST_MEMORY) return;
  throw propError(scope, {
    prop: 'memorySize',
    rule: `must be a whole number of megabytes, ${LEAST_MEMORY} to ${MOST_MEMORY}`,
    got: memorySize,
    advice: 'Leave it out for 256, which is twice what the handler needs',
  });
}

/** There is room for at least one execution. */
export function validateReservedConcurrency(scope: Construct, reserved?: number): void {
  if (reserved === undefined || Token.isUnresolved(reserved)) return;
  if (Number.isInteger(reserved) && reserved >= 1) return;
  throw propError(scope, {
    prop: 'reservedConcurrentExecutions',
    rule: 'must be a whole number, 1 or more, as a function with none never runs',
    got: reserved,
    advice: 'Use the number of stream keys that one deployment makes or changes, or leave it out',
  });
}

/** The handler's network. */
export interface Network {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** The handler reaches AWS from where it is attached to, as far as the subnets show. */
export function validateNetwork(scope: Construct, { vpc, vpcSubnets, securityGroups }: Network): void {
  if (!vpc) {
    const [prop, got] = Object.entries({ vpcSubnets, securityGroups }).find(([, value]) => value !== undefined) ?? [];
    if (!prop) return;
    throw propError(scope, {
      prop,
      rule: 'must come with a `vpc`',
      got: JSON.stringify(got, (_, value) => Construct.isConstruct(value) ? value.node.path : value),
      advice: 'Give the VPC too, or leave it out',
    });
  }
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  const among = (subnets: ec2.ISubnet[]) => subnets.filter(({ subnetId }) => subnetIds.includes(subnetId)).map(({ node }) => node.path).join(', ');
  const exposed = among(vpc.publicSubnets);
  if (exposed) {
    throw propError(scope, {
      prop: 'vpcSubnets',
      rule: 'must not be public subnets, from which a function does not reach the internet',
      got: exposed,
      advice: 'Use subnets with a route to a NAT gateway, such as { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }',
    });
  }
  const isolated = among(vpc.isolatedSubnets);
  if (!isolated) return;
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:isolatedSubnets',
    `\`vpcSubnets\` are isolated, got: ${isolated}. Amazon IVS had no VPC endpoint when this version of cdk-ivs-managed-stream-key was made, so that every deployment `
    + 'fails unless the handler gets to the internet. Use subnets with a route to a NAT gateway; if these have another way, acknowledge this warning.');
}

/** Lambda sends dead letters to standard queues of its own region only. */
export function validateDeadLetterQueue(scope: Construct, queue?: sqs.IQueue): void {
  if (!queue) return;
  const fault = (rule: string, got: string, advice: string) => propError(scope, { prop: 'deadLetterQueue', rule, got, advice });
  if (queue.fifo) throw fault('must be a standard queue', `${queue.node.path}, a FIFO queue`, 'Choose a queue without `fifo`');
  const ours = Stack.of(scope).region;
  if (differ(queue.env.region, ours)) throw fault(`must be in the region of the function, ${ours}`, `${queue.node.path} in ${queue.env.region}`, 'Choose a queue of that region');
}
