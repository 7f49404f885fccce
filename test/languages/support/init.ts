import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './run';

const CDK = require.resolve('aws-cdk/bin/cdk');

/** Makes an app as `cdk init` does, in a folder with the language's name. Returns the folder. */
export async function init(language: string, directory: string): Promise<string> {
  const app = path.join(directory, language);
  fs.mkdirSync(app, { recursive: true });
  await run(app, process.execPath, [CDK, 'init', 'app', '--language', language, '--generate-only']);
  return app;
}

/** Adds a construct to the stack of such an app, where its comment says that it goes. */
export function addStreamKey(file: string, { import: imported, construct }: { import: string; construct: string }): void {
  const stack = fs.readFileSync(file, 'utf8');
  const added = stack.replace(/^( *)(?:\/\/|#) The code that defines your stack goes here$/m, (_, indent) => indent + construct);
  if (added === stack) throw new Error(`${file} has no comment for the code of a stack:\n${stack}`);
  fs.writeFileSync(file, `${imported}\n${added}`);
}

/** Synthesizes an app as its cdk.json says, and returns the types of a stack's resources. */
export async function typesOfSynthesized(app: string, stack: string, args: string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const output = fs.mkdtempSync(path.join(app, 'synthesized-'));
  await run(app, process.execPath, [CDK, 'synth', '--quiet', '--no-notices', '--output', output, ...args], { CDK_DISABLE_CLI_TELEMETRY: 'true', ...environment });
  const { Resources } = JSON.parse(fs.readFileSync(path.join(output, `${stack}.template.json`), 'utf8'));
  return Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
}
