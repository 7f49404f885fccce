import { Fn, SecretValue, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { propError } from '../core/prop-error';

/** The highest priority that IVS accepts. */
const MOST_PRIORITY = 2_147_483_647;

/** The end of the name of the endpoint service that takes broadcasts. */
const INGEST_SERVICE = '.ivs.contribute';

/** Throws unless IVS accepts the priority. */
export function validatePriority(scope: Construct, priority: number): void {
  if (Token.isUnresolved(priority) || (Number.isInteger(priority) && priority >= 1 && priority <= MOST_PRIORITY)) return;
  throw propError(scope, {
    prop: 'priority',
    rule: `must be a whole number, 1 to ${MOST_PRIORITY}`,
    got: priority,
    advice: 'Use 1 for the first encoder, and a higher number for each that may take over from it',
  });
}

/** Throws if the endpoint is that of another service. A name with a token at its end is not known. */
export function validateIngestEndpoint(scope: Construct, endpoint: ec2.InterfaceVpcEndpoint): void {
  const name = Stack.of(endpoint).resolve((endpoint.node.defaultChild as ec2.CfnVPCEndpoint).serviceName);
  const parts: unknown[] = name['Fn::Join']?.[1] ?? [name];
  const end = parts.at(-1);
  if (typeof end !== 'string' || end.endsWith(INGEST_SERVICE)) return;
  throw propError(scope, {
    prop: 'endpoint',
    rule: `must be one of the service com.amazonaws.<region>${INGEST_SERVICE}`,
    got: parts.map((part) => typeof part === 'string' ? part : '<token>').join(''),
    advice: `Create it with \`new ec2.InterfaceVpcEndpointService('com.amazonaws.<region>${INGEST_SERVICE}')\` as its \`service\``,
  });
}

/** An ingest URL with a priority at its end. */
export function takeoverUrl(rtmpsUrl: SecretValue, priority: number): SecretValue {
  return around(rtmpsUrl, (url) => `${url}?priority=${priority}`);
}

/** The ingest URL through a VPC endpoint. Each of its DNS entries is a hosted zone and a name; the first one is that of the endpoint in all zones. */
export function privateIngestUrl(streamKey: SecretValue, { vpcEndpointDnsEntries }: ec2.InterfaceVpcEndpoint): SecretValue {
  const host = Fn.select(1, Fn.split(':', Fn.select(0, vpcEndpointDnsEntries)));
  return around(streamKey, (key) => `rtmps://${host}:443/app/${key}`);
}

/** The dynamic reference as a part of a text: CloudFormation resolves it there, too. */
function around(value: SecretValue, write: (reference: string) => string): SecretValue {
  return SecretValue.unsafePlainText(write(value.unsafeUnwrap()));
}
