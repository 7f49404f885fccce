import { Malformed, malformedInputs, validFor } from './malformed-inputs';
import { sendRaw } from './raw-request';
import type { Service } from '../../../local-aws/endpoint/operation';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { memberAt } from '../../../local-aws/protocols/members';
import type { OperationModel } from '../../../local-aws/protocols/service-model';

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
  for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 10_000);
});
afterAll(() => aws.stop());

/** The names of the errors for a wrong type and for a value that breaks a constraint. The README of the local AWS has their sources. */
const ERRORS: Record<string, { readonly wrongType: string; readonly invalid: string }> = {
  cloudformation: { wrongType: 'MalformedInput', invalid: 'ValidationError' },
  events: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  ivs: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  lambda: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  logs: { wrongType: 'SerializationException', invalid: 'InvalidParameterException' },
  monitoring: { wrongType: 'SerializationException', invalid: 'ValidationError' },
  s3: { wrongType: 'InvalidArgument', invalid: 'InvalidArgument' },
  secretsmanager: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  sqs: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  ssm: { wrongType: 'SerializationException', invalid: 'ValidationException' },
  sts: { wrongType: 'MalformedInput', invalid: 'ValidationError' },
};
const SERVICES = Object.keys(ERRORS);

/** Members that need no attention: the reason is where they are listed. */
const UNREAD: Record<string, string[]> = { ivs: ['maxResults'], logs: ['interleaved'], s3: ['ContentLength', 'ChecksumAlgorithm'], ssm: ['WithDecryption'] };

const serviceOf = (name: string): Service => aws.services.find((service) => service.name === name)!;
const operationsOf = ({ model, operations }: Service): OperationModel[] => Object.keys(operations).map((name) => model.operations.get(name)!);

/** Whether a request can carry the fault: every text is a text, no path lacks a label, and HTTP itself minds the length of a body. */
function canBeSent({ kind, path }: Malformed, { input }: OperationModel): boolean {
  const top = path.split('.')[0];
  const { location, locationName, shape: { type } } = memberAt(input, top) ?? { shape: input };
  if (top === input.payload || locationName === 'Content-Length') return false;
  if (location === 'uri') return !['wrong type', 'missing', 'too short'].includes(kind);
  return !(location && kind === 'wrong type' && ['string', 'list', 'map'].includes(type));
}

test('each service is asked', () => {
  expect(aws.services.map(({ name }) => name).sort()).toEqual(SERVICES);
});

describe.each(SERVICES)('%s:', (name) => {
  test('each operation has a model, and says which of its members it honours', () => {
    const service = serviceOf(name);
    expect(Object.keys(service.honours).sort()).toEqual(Object.keys(service.operations).sort());
    for (const { name: operation, input: { required = [], ...input } } of operationsOf(service)) {
      const honoured = service.honours[operation];
      const unknown = honoured.filter((path) => !memberAt(input, path));
      const lacking = required.filter((member) => !honoured.some((path) => path.split('.')[0] === member));
      expect({ operation, unknown, lacking }).toEqual({ operation, unknown: [], lacking: [] });
    }
  });

  test('every malformed input is refused, in the protocol of the client', async () => {
    const service = serviceOf(name);
    const { wrongType, invalid } = ERRORS[name];
    const accepted: string[] = [];
    for (const operation of operationsOf(service)) {
      const inputs = malformedInputs(operation.input, service.honours[operation.name]).filter((each) => canBeSent(each, operation));
      expect(inputs).not.toEqual([]);
      for (const { kind, path, input } of inputs) {
        const { status, error, text } = await sendRaw(aws, service, operation, input);
        const refusal = kind === 'unknown' || kind === 'not honoured' ? { status: 501, error: 'NotInLocalAws' } : { status: 400, error: kind === 'wrong type' ? wrongType : invalid };
        // AWS does not say which member is of a wrong type.
        const isNamed = kind === 'wrong type' || text.toLowerCase().includes(path.split('.').pop()!.toLowerCase());
        // An answer to HEAD has no body that could name anything.
        const isExplained = operation.http.method === 'HEAD' || (error === refusal.error && isNamed);
        if (status !== refusal.status || !isExplained) accepted.push(`${operation.name} ${kind} ${path}: ${status} ${text.slice(0, 300)}`);
      }
    }
    expect(accepted).toEqual([]);
  });
});

// Those of CloudFormation and of STS's AssumeRole hand their input on, or do not care.
test.each(SERVICES.filter((name) => !['cloudformation', 'sts'].includes(name)))('%s: each operation reads the members that it honours', async (name) => {
  const service = serviceOf(name);
  for (const { name: operation, input } of operationsOf(service)) {
    const read = new Set<PropertyKey>(UNREAD[name]);
    const call = { service: name, operation, region: REGION, account: '123456789012', caller: { arn: 'some' }, authorize: async () => {} };
    const honoured = service.honours[operation].map((path) => path.split('.')[0]);
    for (const member of honoured) {
      const given = { ...validFor({ shape: input }), [member]: validFor(input.members![member]) };
      const watched = new Proxy(given, {
        get: (target, wanted: string) => {
          read.add(wanted);
          return target[wanted];
        },
      });
      await Promise.resolve().then(() => service.operations[operation](watched, call)).catch(() => {});
    }

    const unread = honoured.filter((member) => !read.has(member));
    expect({ operation, unread }).toEqual({ operation, unread: [] });
  }
});
