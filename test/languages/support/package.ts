import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, run } from './run';

/** Writes the package for another language from the compiled tree, and builds it as a release does. */
export async function jsiiPackage(language: string, directory: string, args: string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  for (const made of ['.jsii', 'lib/index.js', 'assets/stream-key-handler/index.js']) {
    if (!fs.existsSync(path.join(ROOT, made))) throw new Error(`${made} is missing: run \`npx projen pre-compile && npx projen compile\` first`);
  }
  await run(ROOT, process.execPath, [require.resolve('jsii-pacmak/bin/jsii-pacmak'), '--target', language, '--outdir', directory, ...args], environment);
}
