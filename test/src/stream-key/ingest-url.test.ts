import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const VALUE = /^\{\{resolve:secretsmanager:.*:SecretString:(\w+)::\}\}$/;

let stack: Stack;
let live: ManagedStreamKey;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  live = new ManagedStreamKey(stack, 'Live');
});

/** Text in which each reference stands as its name. */
const textOf = (value: any): string => {
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref, ...rest } = typeof value === 'object' ? value : { text: value };
  if (join) return join[1].map(textOf).join(join[0]);
  if (attribute) return attribute[1];
  return Ref ?? rest.text ?? JSON.stringify(rest);
};
const fieldIn = (url: string) => VALUE.exec(/\{\{.*\}\}/.exec(url)![0])![1];

test('the URL for a takeover is the RTMPS URL with a priority', () => {
  const url = textOf(stack.resolve(live.takeoverUrl(2)));

  expect(fieldIn(url)).toBe('rtmpsUrl');
  expect(url.replace(/\{\{.*\}\}/, 'URL')).toBe('URL?priority=2');
});

test.each([0, -1, 1.5, 2_147_483_648])('%p is no priority', (priority) => {
  expect(() => live.takeoverUrl(priority)).toThrow(`[Stack/Live] \`priority\` must be a whole number, 1 to 2147483647, got: ${priority}.`);
});

test('the priority may come from a parameter', () => {
  const priority = new CfnParameter(stack, 'Priority', { type: 'Number' }).valueAsNumber;

  expect(textOf(stack.resolve(live.takeoverUrl(priority)))).toMatch(/\?priority=Priority$/);
});

describe('the private URL', () => {
  const vpcIn = () => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });

  test('goes to the first DNS name of the endpoint', () => {
    const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc: vpcIn(), service: new ec2.InterfaceVpcEndpointService('com.amazonaws.us-west-2.ivs.contribute') });

    const url = stack.resolve(live.privateIngestUrl(endpoint));

    const { logicalId } = onlyResource(stack, 'AWS::EC2::VPCEndpoint');
    expect(JSON.stringify(url)).toContain(JSON.stringify({ 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Select': [0, { 'Fn::GetAtt': [logicalId, 'DnsEntries'] }] }] }] }));
    expect(url['Fn::Join'][1][0]).toBe('rtmps://');
    expect(fieldIn(textOf(url))).toBe('streamKey');
  });

  test.each<[string, () => string]>([
    ['with a token for the region', () => `com.amazonaws.${stack.region}.ivs.contribute`],
    ['from a parameter', () => new CfnParameter(stack, 'Service').valueAsString],
  ])('takes an endpoint whose service has a name %s', (_, service) => {
    const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc: vpcIn(), service: new ec2.InterfaceVpcEndpointService(service()) });

    expect(textOf(stack.resolve(live.privateIngestUrl(endpoint)))).toMatch(/^rtmps:/);
  });

  test.each<[string, () => ec2.IInterfaceVpcEndpointService]>([
    ['com.amazonaws.us-west-2.s3', () => new ec2.InterfaceVpcEndpointService('com.amazonaws.us-west-2.s3')],
    ['com.amazonaws.<token>.secretsmanager', () => ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
  ])('is refused for an endpoint of the service %s', (name, service) => {
    const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc: vpcIn(), service: service() });

    expect(() => live.privateIngestUrl(endpoint)).toThrow(`\`endpoint\` must be one of the service com.amazonaws.<region>.ivs.contribute, got: ${name}.`);
  });

  test('is refused for an imported endpoint, whose DNS names are not known', () => {
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', { vpcEndpointId: 'vpce-1', port: 443 });

    expect(() => live.privateIngestUrl(endpoint as ec2.InterfaceVpcEndpoint)).toThrow('`endpoint` must be an ec2.InterfaceVpcEndpoint');
  });
});
