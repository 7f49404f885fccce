import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder for one language, deleted after its tests. */
export function scratch(language: string): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), `${language}-`));
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}
