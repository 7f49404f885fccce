import type { Service } from '../../../local-aws/endpoint/operation';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { membersOf, OperationModel, requiredMembersOf } from '../../../local-aws/protocols/service-model';

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
  for (const operation of Object.keys(aws.ivs.operations)) aws.endpoint.rates.set(`ivs:${operation}`, 1000);
});
afterAll(() => aws.stop());

/** The prefix of X-Amz-Target; absent for services with a path per operation. */
const TARGETS: Record<string, string | undefined> = {
  events: 'AWSEvents', ivs: undefined, lambda: undefined, monitoring: 'GraniteServiceVersion20100801', secretsmanager: 'secretsmanager',
};

const servicesWithModel = (): Service[] => [aws.eventBridge, aws.ivs, aws.lambda, aws.cloudwatch, aws.secretsManager];

interface Answer {
  readonly status: number;
  readonly error: string | null;
  readonly text: string;
}

/** Sends an input as it is: no SDK would. */
async function send(service: string, { name, http }: OperationModel, input: Record<string, unknown>): Promise<Answer> {
  const path = http ? http.uri.replace(/\{\w+\}/g, 'some') : '/';
  const response = await fetch(aws.url + path, {
    method: http?.method ?? 'POST',
    headers: {
      'authorization': `AWS4-HMAC-SHA256 Credential=${aws.identities.administrator.accessKeyId}/20261126/${REGION}/${service}/aws4_request`,
      'content-type': http ? 'application/json' : 'application/x-amz-json-1.1',
      ...(http ? {} : { 'x-amz-target': `${TARGETS[service]}.${name}` }),
    },
    body: http?.method === 'GET' ? undefined : JSON.stringify(input),
  });
  return { status: response.status, error: response.headers.get('x-amzn-errortype'), text: await response.text() };
}

/** The operations that the local AWS declares and whose input travels in the body. */
function operationsOf(service: Service): OperationModel[] {
  return Object.keys(service.operations).map((name) => service.model!.get(name)!)
    .filter(({ http, input }) => http?.method !== 'GET' && !boundTo(input, 'httpPayload').length);
}

const boundTo = (input: OperationModel['input'], trait: 'httpPayload' | 'httpLabel' | 'httpHeader' | 'httpQuery') =>
  [...membersOf(input)].filter(([, member]) => member.getMergedTraits()[trait] !== undefined);

/** The members in the body, each with a value of another type. */
function wrongTypes(input: OperationModel['input']): Record<string, unknown>[] {
  const elsewhere = new Set((['httpLabel', 'httpHeader', 'httpQuery'] as const).flatMap((trait) => boundTo(input, trait)).map(([name]) => name));
  const wrongFor = (member: OperationModel['input']) =>
    (member.isListSchema() || member.isStructSchema() || member.isMapSchema() || member.isStringSchema() ? 7 : []);
  return [...membersOf(input)].filter(([name]) => !elsewhere.has(name)).map(([name, member]) => ({ [name]: wrongFor(member) }));
}

test('each service with an SDK client has a model, and each operation is in it', () => {
  expect(servicesWithModel().map(({ name }) => name).sort()).toEqual(Object.keys(TARGETS).sort());
  for (const { operations, model } of servicesWithModel()) expect([...model!.keys()]).toEqual(expect.arrayContaining(Object.keys(operations)));
});

test('an unknown member is refused by name, in every operation', async () => {
  const accepted: string[] = [];
  let sent = 0;
  for (const service of servicesWithModel()) {
    for (const operation of operationsOf(service)) {
      sent++;
      const { status, text } = await send(service.name, operation, { NoSuchMember: 1 });
      if (status < 400 || !text.includes('NoSuchMember')) accepted.push(`${service.name}:${operation.name} ${status} ${text}`);
    }
  }

  expect(sent).toBeGreaterThan(25);
  expect(accepted).toEqual([]);
});

test('a wrong type is refused with a SerializationException, in every member', async () => {
  const accepted: string[] = [];
  let sent = 0;
  for (const service of servicesWithModel()) {
    for (const operation of operationsOf(service)) {
      for (const input of wrongTypes(operation.input)) {
        sent++;
        const { error } = await send(service.name, operation, input);
        if (error !== 'SerializationException') accepted.push(`${service.name}:${operation.name} ${JSON.stringify(input)} ${error}`);
      }
    }
  }

  expect(sent).toBeGreaterThan(90);
  expect(accepted).toEqual([]);
});

test('a missing required member is refused with a ValidationException that names it', async () => {
  const accepted: string[] = [];
  for (const service of servicesWithModel()) {
    for (const operation of operationsOf(service)) {
      const [required] = requiredMembersOf(operation.input).filter((name) => !boundTo(operation.input, 'httpLabel').some(([label]) => label === name));
      if (!required) continue;
      const { error, text } = await send(service.name, operation, {});
      if (error !== 'ValidationException' || !text.toLowerCase().includes(required.toLowerCase())) accepted.push(`${service.name}:${operation.name} ${error} ${text}`);
    }
  }

  expect(accepted).toEqual([]);
});
