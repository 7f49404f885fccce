import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, run } from '../../languages/support/run';

/** Packs the compiled tree into a folder, as a release does. Returns the file. */
export async function pack(directory: string): Promise<string> {
  await run(ROOT, 'npm', ['pack', '--silent', '--pack-destination', directory]);
  return path.join(directory, fs.readdirSync(directory).find((file) => file.endsWith('.tgz'))!);
}

/** Installs the packed package in the folder of an app, beside what its package.json asks for. */
export async function install(app: string, tarball: string): Promise<void> {
  await run(app, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball]);
}

/** A copy of an example, without the rest of the repository. */
export function copyOfExample(name: string, directory: string): string {
  const copy = path.join(directory, name);
  fs.cpSync(path.join(ROOT, 'examples', name), copy, { recursive: true, filter: (file) => !/node_modules|cdk\.out/.test(path.basename(file)) });
  return copy;
}
