import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { StreamKeyProvider, StreamKeyProviderProps } from '../../../src';
import { handlerStatements } from '../handler-statements';
import { onlyResource } from '../only-resource';

let stack: Stack;
let vpc: ec2.IVpc;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 2,
    natGateways: 1,
    subnetConfiguration: [
      { name: 'Outside', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Inside', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Alone', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
  });
});

const provide = (props: StreamKeyProviderProps) => new StreamKeyProvider(stack, 'Provider', props);
const functionWith = (props: StreamKeyProviderProps) => {
  provide(props);
  return onlyResource(stack, 'AWS::Lambda::Function').Properties;
};
const idsOf = (subnets: ec2.ISubnet[]) => stack.resolve(subnets.map(({ subnetId }) => subnetId));
const warnings = () => Annotations.fromStack(stack).findWarning('/Stack/Provider', Match.anyValue()).map(({ entry }) => entry.data);

describe('the VPC', () => {
  test('is none by default', () => {
    expect(functionWith({})).not.toHaveProperty('VpcConfig');
  });

  test('has a security group for the function that lets everything out and nothing in', () => {
    const { VpcConfig } = functionWith({ vpc });

    const { logicalId, Properties } = onlyResource(stack, 'AWS::EC2::SecurityGroup');
    expect(VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [logicalId, 'GroupId'] }]);
    expect(Properties.SecurityGroupEgress).toMatchObject([{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]);
    expect(Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  test('may be joined by the role', () => {
    provide({ vpc });

    const { logicalId } = onlyResource(stack, 'AWS::IAM::Policy');
    const arn = (account: unknown, resource: string) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, ...account === '*' ? [`:*:${resource}`] : [':', account, `:${resource}`]]],
    });
    const own = { Ref: 'AWS::AccountId' };
    expect(['CreateNetworkInterfaces', 'ManageNetworkInterfaces', 'LookAtVpc'].flatMap((sid) => handlerStatements(stack, sid))).toEqual([
      {
        Sid: 'CreateNetworkInterfaces',
        Effect: 'Allow',
        Action: 'ec2:CreateNetworkInterface',
        Resource: [arn(own, 'network-interface/*'), arn('*', 'subnet/*'), arn('*', 'security-group/*')],
      },
      {
        Sid: 'ManageNetworkInterfaces',
        Effect: 'Allow',
        Action: ['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
        Resource: arn(own, '*/*'),
      },
      { Sid: 'LookAtVpc', Effect: 'Allow', Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], Resource: '*' },
    ]);
    // Lambda checks it when the function is made.
    expect(onlyResource(stack, 'AWS::Lambda::Function').DependsOn).toContain(logicalId);
  });

  test('may have subnets from parameters', () => {
    const subnetIds = Fn.split(',', new CfnParameter(stack, 'Parameter').valueAsString, 2);
    const imported = ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: subnetIds });

    expect(functionWith({ vpc: imported }).VpcConfig.SubnetIds).toEqual(stack.resolve(subnetIds));
  });
});

describe('the subnets', () => {
  test('are the private ones by default', () => {
    expect(functionWith({ vpc }).VpcConfig.SubnetIds).toEqual(idsOf(vpc.privateSubnets));
  });

  test('may be some of the VPC', () => {
    const [subnet] = vpc.privateSubnets;

    expect(functionWith({ vpc, vpcSubnets: { subnets: [subnet] } }).VpcConfig.SubnetIds).toEqual(idsOf([subnet]));
  });

  test('are not warned about when they have a route to the internet', () => {
    provide({ vpc });

    expect(warnings()).toEqual([]);
  });

  test('are warned about when they are isolated', () => {
    const { VpcConfig } = functionWith({ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });

    expect(VpcConfig.SubnetIds).toEqual(idsOf(vpc.isolatedSubnets));
    expect(warnings()).toEqual([
      '`vpcSubnets` are isolated, got: Stack/Vpc/AloneSubnet1, Stack/Vpc/AloneSubnet2. '
      + 'Amazon IVS had no VPC endpoint when this version of cdk-ivs-managed-stream-key was made, so that every deployment '
      + 'fails unless the handler gets to the internet. Use subnets with a route to a NAT gateway; if these have another way, acknowledge this warning. '
      + '[ack: cdk-ivs-managed-stream-key:isolatedSubnets]',
    ]);
  });

  test('are warned about when the VPC has no others', () => {
    provide({ vpc: new ec2.Vpc(stack, 'Isolated', { subnetConfiguration: [{ name: 'Alone', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] }) });

    expect(warnings()).toEqual([expect.stringContaining('got: Stack/Isolated/AloneSubnet1, Stack/Isolated/AloneSubnet2.')]);
  });

  test('may not be public', () => {
    expect(() => provide({ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })).toThrow(new Error(
      '[Stack/Provider] `vpcSubnets` must not be public subnets, from which a function does not reach the internet, '
      + 'got: Stack/Vpc/OutsideSubnet1, Stack/Vpc/OutsideSubnet2. '
      + 'Use subnets with a route to a NAT gateway, such as { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }',
    ));
  });

  test('may not be given without a VPC', () => {
    expect(() => provide({ vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } })).toThrow(new Error(
      '[Stack/Provider] `vpcSubnets` must come with a `vpc`, got: {"subnetType":"Private"}. Give the VPC too, or leave it out',
    ));
  });

  test('may not be single ones without a VPC', () => {
    expect(() => provide({ vpcSubnets: { subnets: vpc.privateSubnets } })).toThrow(new Error(
      '[Stack/Provider] `vpcSubnets` must come with a `vpc`, got: {"subnets":["Stack/Vpc/InsideSubnet1","Stack/Vpc/InsideSubnet2"]}. Give the VPC too, or leave it out',
    ));
  });
});

describe('the security groups', () => {
  test('may be of the stack', () => {
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc });

    expect(functionWith({ vpc, securityGroups: [group] }).VpcConfig.SecurityGroupIds).toEqual([stack.resolve(group.securityGroupId)]);
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroup', 1);
  });

  test('may come from a parameter', () => {
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', new CfnParameter(stack, 'Parameter').valueAsString);

    expect(functionWith({ vpc, securityGroups: [group] }).VpcConfig.SecurityGroupIds).toEqual([{ Ref: 'Parameter' }]);
  });

  test('may not be given without a VPC', () => {
    expect(() => provide({ securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })] })).toThrow(new Error(
      '[Stack/Provider] `securityGroups` must come with a `vpc`, got: ["Stack/Group"]. Give the VPC too, or leave it out',
    ));
  });
});
