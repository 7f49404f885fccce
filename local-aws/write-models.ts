import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync, unzipSync } from 'fflate';
import { LocalAws } from './local-aws';

/** The release of botocore that the models come from. */
const BOTOCORE = '1.44.8';
const SOURCE = `botocore ${BOTOCORE} (Apache-2.0, Copyright Amazon.com, Inc. or its affiliates); written by npx projen local-aws:models`;

/** The folder of each service and where botocore has its model. */
const SERVICES: Record<string, string> = {
  'cloudformation': 'cloudformation/2010-05-15',
  'cloudwatch': 'cloudwatch/2010-08-01',
  'eventbridge': 'events/2015-10-07',
  'ivs': 'ivs/2020-07-14',
  'lambda': 'lambda/2015-03-31',
  'logs': 'logs/2014-03-28',
  's3': 's3/2006-03-01',
  'secrets-manager': 'secretsmanager/2017-10-17',
  'sqs': 'sqs/2012-11-05',
  'ssm': 'ssm/2014-11-06',
  'sts': 'sts/2011-06-15',
};
const METADATA = ['apiVersion', 'protocol', 'targetPrefix', 'xmlNamespace'];
/** Prose, and what only clients use. */
const LEFT_OUT = ['documentation', 'deprecated', 'deprecatedMessage', 'deprecatedSince', 'contextParam', 'box', 'xmlOrder'];

/** A pattern that no resource has an ARN for: it asks for a type of one letter. */
const CORRECTED_PATTERNS: Record<string, string> = {
  'arn:aws:ivs:[a-z0-9-]+:[0-9]+:[a-z-]/[a-zA-Z0-9-]+': 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+',
};

/** What is no service's. */
const ENDPOINTS = 'endpoints';

type Json = Record<string, any>;

/** Writes the models of the operations that the local AWS declares: `npx projen local-aws:models`. */
async function main(): Promise<void> {
  const { [ENDPOINTS]: endpoints, ...models } = downloadModels();
  writeRegions(endpoints);
  // The services read their models as they start.
  for (const folder of Object.keys(SERVICES)) if (!fs.existsSync(fileOf(folder))) write(folder, { operations: {}, shapes: {} }, []);
  const aws = await LocalAws.start();
  for (const [folder, model] of Object.entries(models)) {
    const { operations } = aws.services.find(({ model: { directory } }) => path.basename(directory) === folder)!;
    write(folder, model, Object.keys(operations));
  }
  await aws.stop();
}

function downloadModels(): Record<string, Json> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'botocore-'));
  try {
    execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', directory, `botocore==${BOTOCORE}`], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [wheel] = fs.readdirSync(directory);
    const names: Record<string, string> = { 'botocore/data/endpoints.json': ENDPOINTS };
    for (const [folder, name] of Object.entries(SERVICES)) names[`botocore/data/${name}/service-2.json.gz`] = folder;
    const files = unzipSync(fs.readFileSync(path.join(directory, wheel)), { filter: ({ name }) => name in names });
    const textOf = (name: string, content: Uint8Array) => Buffer.from(name.endsWith('.gz') ? gunzipSync(content) : content).toString();
    return Object.fromEntries(Object.entries(files).map(([name, content]) => [names[name], JSON.parse(textOf(name, content))]));
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

function write(folder: string, { metadata = {}, operations, shapes }: Json, names: string[]): void {
  const shown: Record<string, Json> = {};
  const include = (reference?: Json) => {
    if (!reference || reference.shape in shown) return;
    const { members = {}, member, key, value } = shown[reference.shape] = trimmed(shapes[reference.shape]);
    for (const each of [...Object.values<Json>(members), member, key, value]) include(each);
  };
  const kept = names.sort().filter((name) => operations[name]).map((name) => {
    const { http, input, output } = operations[name];
    include(input);
    include(output);
    return [name, { http, input, output }] as const;
  });
  // Of the others, where the path tells which one a request is for: its refusal names it.
  const others = metadata.protocol?.startsWith('rest-') ? Object.keys(operations).filter((name) => !names.includes(name)) : [];
  kept.push(...others.map((name) => {
    const { http, input } = operations[name];
    const query = requiredQuery(shapes[input?.shape]);
    return [name, { http: { ...http, query: query.length ? query : undefined }, input: undefined, output: undefined }] as const;
  }));
  const lines = (entries: (readonly [string, unknown])[]) => entries.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n');
  const known = METADATA.filter((name) => name in metadata).map((name) => [name, metadata[name]] as const);
  fs.writeFileSync(fileOf(folder), [
    '{',
    `  "source": ${JSON.stringify(SOURCE)},`,
    `  "metadata": {\n${lines(known)}\n  },`,
    `  "operations": {\n${lines(kept)}\n  },`,
    `  "shapes": {\n${lines(Object.entries(shown).sort(([one], [other]) => (one < other ? -1 : 1)))}\n  }`,
    '}',
    '',
  ].join('\n'));
}

/** The parameters that tell a request from one for another operation with the same path. */
function requiredQuery({ members = {}, required = [] }: Json = {}): string[] {
  return required.filter((name: string) => members[name].location === 'querystring').map((name: string) => members[name].locationName);
}

/** The regions of the partition aws. */
function writeRegions({ partitions }: Json): void {
  const { regions } = partitions.find(({ partition }: Json) => partition === 'aws');
  const content = { source: SOURCE, regions: Object.keys(regions).sort() };
  fs.writeFileSync(path.join(__dirname, 'core', 'regions.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Without what the local AWS does not use. */
function trimmed(value: Json): Json {
  const without = (each: Json) => Object.fromEntries(Object.entries(each).filter(([name]) => !LEFT_OUT.includes(name)));
  const { members, member, key, value: mapValue, ...shape } = value;
  return {
    ...without(shape),
    ...(shape.pattern in CORRECTED_PATTERNS && { pattern: CORRECTED_PATTERNS[shape.pattern] }),
    ...(members && { members: Object.fromEntries(Object.entries<Json>(members).map(([name, each]) => [name, without(each)])) }),
    ...(member && { member: without(member) }),
    ...(key && { key: without(key) }),
    ...(mapValue && { value: without(mapValue) }),
  };
}

function fileOf(folder: string): string {
  return path.join(__dirname, folder, 'model.json');
}

void main();
