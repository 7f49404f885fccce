import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = path.join(__dirname, '..', '..');

test('npm pack of a checkout that is not built fails and names what to run', () => {
  const checkout = fs.mkdtempSync(path.join(os.tmpdir(), 'not-built-'));
  for (const file of ['package.json', '.npmignore', 'README.md', 'LICENSE', 'release']) fs.cpSync(path.join(ROOT, file), path.join(checkout, file), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(checkout, 'node_modules'));

  const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], { cwd: checkout, encoding: 'utf8' });

  fs.rmSync(checkout, { recursive: true });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/The package is not built: lib\/index\.js .* Run "npx projen pre-compile && npx projen compile", then pack again\./);
});

test('the notice names every package in the bundle with its version', () => {
  const { steps: [{ exec }] } = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')).tasks.bundle;
  const alias = /--alias:(\S+)=(\S+)/.exec(exec)!;
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['lambda/index.ts'],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    alias: { [alias[1]]: alias[2] },
    metafile: true,
    write: false,
    outdir: 'assets',
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const folders = new Set(Object.keys(inputs).filter((file) => file.includes('node_modules/') && inputs[file].bytesInOutput > 0)
    .map((file) => file.replace(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+).*$/, '$1')));
  const notice = fs.readFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES.txt'), 'utf8').split('\n');

  const unnamed = [...folders].map((folder) => JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')))
    .filter(({ name, version, license }) => !notice.includes(`${name} ${version} (${license})`));

  expect(folders.size).toBeGreaterThan(3);
  expect(unnamed).toEqual([]);
});
