import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { ROOT, run } from './run';
import { LiveChannelStack } from '../../../examples/live-channel/live-channel-stack';
import { WhileLive } from '../../../src';

/** The context with which the examples are synthesized: their defaults, and one that sets each property by its kind. */
const CONTEXTS: Record<string, string>[] = [{}, { serial: '2', whileLive: 'DISCONNECT' }];

/** A copy of the example in another language, without the rest of the repository. */
export function copyOfExample(language: string, directory: string): string {
  const copy = path.join(directory, 'example');
  fs.cpSync(path.join(ROOT, 'examples', language), copy, { recursive: true });
  return copy;
}

/** Synthesizes an example with the CDK CLI, as its cdk.json says, into a folder of its own. */
async function synthesizedByCli(example: string, context: Record<string, string>, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const output = fs.mkdtempSync(path.join(example, 'synthesized-'));
  await run(example, process.execPath, [
    require.resolve('aws-cdk/bin/cdk'), 'synth', '--quiet', '--output', output, '--no-notices', '--no-color',
    // Paths and versions in the template, which differ from language to language.
    '--no-path-metadata', '--no-asset-metadata', '--no-version-reporting',
    ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
  ], { CDK_DISABLE_CLI_TELEMETRY: 'true', ...environment });
  return output;
}

/** Synthesizes the example in TypeScript. */
function synthesizedHere(directory: string, context: Record<string, string>): string {
  const app = new App({ outdir: fs.mkdtempSync(path.join(directory, 'typescript-')) });
  new LiveChannelStack(app, 'LiveChannel', {
    serial: Number(context.serial ?? 1),
    whileLive: context.whileLive as WhileLive | undefined,
  });
  return app.synth().directory;
}

/** Template and assets of a synthesized example, with the hash of the one file that each asset has. */
function contents(output: string) {
  const json = (file: string) => JSON.parse(fs.readFileSync(path.join(output, file), 'utf8'));
  const { Resources: resources, ...rest } = json('LiveChannel.template.json');
  const assets = fs.readdirSync(output).filter((name) => name.startsWith('asset.'));
  const hash = (file: string) => createHash('sha256').update(fs.readFileSync(path.join(output, file))).digest('hex');
  return {
    resources: resources as Record<string, unknown>,
    rest,
    assets: Object.fromEntries(assets.map((asset) => [asset, hash(path.join(asset, 'index.js'))])),
  };
}

/** Synthesizes a copy of the example with each context, and fails the test if it has another template, resource by resource, or other assets than the one in TypeScript. */
export async function expectSameAsTypeScript(example: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
  for (const context of CONTEXTS) {
    expectSame(contents(await synthesizedByCli(example, context, environment)), contents(synthesizedHere(example, context)));
  }
}

function expectSame(got: ReturnType<typeof contents>, wanted: ReturnType<typeof contents>): void {
  expect(Object.keys(got.resources).sort()).toEqual(Object.keys(wanted.resources).sort());
  for (const [id, resource] of Object.entries(wanted.resources)) expect({ [id]: got.resources[id] }).toEqual({ [id]: resource });
  expect(got.rest).toEqual(wanted.rest);
  expect(got.assets).toEqual(wanted.assets);
}
