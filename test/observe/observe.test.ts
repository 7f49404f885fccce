import * as fs from 'node:fs';
import * as path from 'node:path';
import { BatchGetChannelCommand } from '@aws-sdk/client-ivs';
import { observeIn, PACES, startAws } from './observing';
import { DEFAULT_VARIANTS, Variants } from '../../local-aws/faults/variants';
import type { LocalAws } from '../../local-aws/local-aws';
import { HELP } from '../../observe/help';
import type { Observation, Reading } from '../../observe/observation';
import { OBSERVATIONS } from '../../observe/observations';
import type { Result } from '../../observe/observe';
import { renderTable } from '../../observe/report';
import { template } from '../../observe/stack';

const ROOT = path.join(__dirname, '..', '..');

/** Milliseconds: longer than a busy machine takes from a write to the first read. */
const LAG = 1000;

const OTHER_VARIANTS: Variants = {
  listLag: LAG,
  quotaLag: LAG,
  streamEndLag: LAG,
  deleteEndsSession: true,
  createStreamKeyOn: 'channel',
  createAsksForTagging: false,
  putTakesPending: true,
  pendingCleanUp: LAG,
  testVersionHasValue: true,
  retryWithSameToken: false,
  emptyVersion: 'failed',
  absentLabel: 'refused',
  rotateSecretIsViaService: false,
  replicatesEmptySecrets: true,
  repeatedPutAsksKms: false,
  describeLag: LAG,
  systemTagsInConditions: false,
};

/** The readings, with lags as 0 or LAG. */
function readingsOf(results: Record<string, Result>): Reading {
  const readings: Reading = Object.assign({}, ...Object.values(results).map(({ reading }) => reading));
  return Object.fromEntries(Object.entries(readings).map(([name, value]) => [name, typeof value === 'number' ? (value > 0 ? LAG : 0) : value]));
}

/** What the local AWS knows of AWS whatever the variants are. */
const FACTS: Reading = {
  secondKey: 'ServiceQuotaExceededException',
  cloudFormationTagsStreamKeys: true,
  awsTagToTagResource: 'ValidationException',
  awsTagToCreateStreamKey: 'ValidationException',
  policyPropagation: 0,
  eventBridgeSendsSourceAccount: false,
  successReasonShown: false,
  rulesStay: true,
};

let aws: LocalAws | undefined;
afterEach(async () => {
  const left = aws?.cloudformation.stacks.filter(({ exists }) => exists) ?? [];
  await aws?.stop();
  aws = undefined;
  expect(left).toEqual([]);
});

test.each([
  ['by default', DEFAULT_VARIANTS],
  ['with every switch set otherwise', OTHER_VARIANTS],
])('each observation finds out how the local AWS behaves %s', async (_name, variants) => {
  aws = await startAws(variants);

  const results = await observeIn(aws, OBSERVATIONS);

  const notObserved = Object.values(results).filter(({ outcome }) => outcome === 'not observed').map(({ id, seen }) => [id, seen]);
  expect(notObserved).toEqual([['ivs-region-without', expect.stringContaining('endpoint')]]);
  expect(readingsOf(results)).toMatchObject({ ...variants, ...FACTS });
});

test('sees that AWSPENDING is never cleaned up', async () => {
  aws = await startAws({ pendingCleanUp: Infinity });
  const results = await observeIn(aws, named('sm-pending-clean-up'), { paces: { ...PACES, rotation: { every: 40, longest: 3000 } } });
  expect(results['sm-pending-clean-up'].reading).toEqual({ pendingCleanUp: 'never' });
});

test('measures how long IAM takes to apply a statement that a stack adds', async () => {
  aws = await startAws();
  aws.iam.propagation = LAG;
  const results = await observeIn(aws, named('iam-propagation'));
  expect(readingsOf(results)).toEqual({ policyPropagation: LAG });
});

test('reports an operation that the account does not have, and goes on', async () => {
  aws = await startAws();
  const unknown: Observation = {
    id: 'unknown',
    question: 'Does it?',
    observe: async ({ ivs }) => {
      await ivs.send(new BatchGetChannelCommand({ arns: [] }));
      throw new Error('it is known');
    },
  };

  const results = await observeIn(aws, [unknown, ...named('ivs-second-key')]);

  expect(results.unknown).toMatchObject({ outcome: 'not observed', seen: expect.stringContaining('NotInLocalAws') });
  expect(results['ivs-second-key'].outcome).toBe('observed');
});

test('reports every observation as not observed if the stack cannot be made', async () => {
  aws = await startAws();
  const impossible: Observation = { ...named('ivs-second-key')[0], resources: { Impossible: { Type: 'AWS::IVS::Impossible' } } };
  const results = await observeIn(aws, [impossible]);
  expect(results['ivs-second-key']).toMatchObject({ outcome: 'not observed', seen: expect.stringContaining('AWS::IVS::Impossible') });
});

test('deletes the stack when it is interrupted', async () => {
  aws = await startAws({ emptyVersion: 'failed' });
  const interruption = new AbortController();
  const slow: Observation = {
    id: 'slow',
    question: 'Does it end?',
    observe: async ({ waiting }) => {
      setTimeout(() => interruption.abort(), 50);
      await waiting.pause(600_000);
      throw new Error('it has ended');
    },
  };

  const results = await observeIn(aws, [slow, ...named('sm-replicate-empty')], { signal: interruption.signal });

  expect(results.slow).toMatchObject({ outcome: 'not observed', seen: expect.stringContaining('AbortError') });
});

describe('the registry', () => {
  test('has a template that CloudFormation takes', () => {
    const resources = Object.assign({}, ...OBSERVATIONS.map((observation) => observation.resources));
    expect(Buffer.byteLength(template(resources))).toBeLessThan(51_200);
    expect(Object.keys(resources).length).toBeLessThan(100);
  });

  test('names each observation once, in the help as well', () => {
    const ids = OBSERVATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(HELP).toContain(id);
  });

  const assumptions = fs.readFileSync(path.join(ROOT, 'docs', 'assumptions.md'), 'utf8');
  const quoted = [...assumptions.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text);

  test('names the observations that docs/assumptions.md relies on, and no others', () => {
    expect([...new Set(quoted.filter((text) => /^(ivs|iam|sm|cfn|events)-/.test(text)))].sort()).toEqual(OBSERVATIONS.map(({ id }) => id).sort());
  });

  test.each(Object.keys(DEFAULT_VARIANTS))('docs/assumptions.md has a row for the switch %s', (name) => {
    expect(quoted).toContain(name);
  });

  test('docs/assumptions.md names code that exists', () => {
    const files = quoted.filter((text) => /^[\w/-]+\.ts$/.test(text));
    const exists = (name: string) => ['lambda', 'src', '.'].some((folder) => fs.existsSync(path.join(ROOT, folder, name)));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((name) => !exists(name))).toEqual([]);
  });

  test('docs/assumptions.md names tests that exist', () => {
    const tests = quoted.filter((text) => /^(lambda|e2e|local-aws|src)\/[\w/-]+$/.test(text));
    expect(tests.filter((name) => !fs.existsSync(path.join(ROOT, 'test', `${name}.test.ts`)))).toEqual([]);
  });
});

test('the table has the readings', () => {
  const result: Result = { id: 'ivs-x', question: '', outcome: 'observed', seen: 'It was.', reading: { x: 1, y: 'no' }, seconds: 1 };
  expect(renderTable([result])).toContain('ivs-x        x = 1, y = no  It was.');
});

function named(...ids: string[]): Observation[] {
  return OBSERVATIONS.filter(({ id }) => ids.includes(id));
}
