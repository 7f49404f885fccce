import * as fs from 'node:fs';
import * as path from 'node:path';

/** The files without which the package is of no use, and the task that makes them. */
const BUILT = {
  'lib/index.js': 'compile',
  'lib/index.d.ts': 'compile',
  '.jsii': 'compile',
  'assets/stream-key-handler/index.js': 'bundle',
  'THIRD-PARTY-LICENSES.txt': 'bundle',
};

// npm packs what there is, and says nothing of a `main` that is missing.
const missing = Object.entries(BUILT).filter(([file]) => !fs.existsSync(path.join(__dirname, '..', file)));
if (missing.length > 0) {
  console.error(`The package is not built: ${missing.map(([file, task]) => `${file} (made by "npx projen ${task}")`).join(', ')} is missing. `
    + 'Run "npx projen pre-compile && npx projen compile", then pack again.');
  process.exitCode = 1;
}
