import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');

/** A package that is part of the handler's bundle. */
interface Bundled {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The packages of which esbuild took a file: an input that tree shaking left nothing of is not in the bundle. */
function bundledPackages(metafile: string): Bundled[] {
  const { outputs } = JSON.parse(fs.readFileSync(metafile, 'utf8')) as { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> };
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0));
  const folders = new Set(files.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter((folder) => folder !== undefined));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new Error(`${folder}/package.json names no license, got: ${JSON.stringify(license)}. Find out under which it may be shipped.`);
    return { folder, name, version, license };
  });
}

/** The licence and notice files of a package. */
function texts({ folder, name }: Bundled): string {
  const files = fs.readdirSync(path.join(ROOT, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} ships no file with its license in ${folder}. Its text must go with the bundle: take it from the package's repository.`);
  return files.map((file) => fs.readFileSync(path.join(ROOT, folder, file), 'utf8').trim()).join('\n\n');
}

/** The notice: each licence text once, below the packages that it covers. */
function notice(packages: Bundled[]): string {
  const byText = new Map<string, Bundled[]>();
  for (const bundled of packages) byText.set(texts(bundled), [...byText.get(texts(bundled)) ?? [], bundled]);
  const sections = [...byText].map(([text, covered]) =>
    `${covered.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n')}\n\n${text}`);
  const head = 'assets/stream-key-handler/index.js, the function that this package deploys, contains code of the packages below.';
  return `${[head, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

fs.writeFileSync(path.join(ROOT, 'THIRD-PARTY-LICENSES.txt'), notice(bundledPackages(process.argv[2])));
