import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..', '..');

/** The TypeScript that a page or a doc comment shows. */
function snippets(): string[] {
  const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => path.join('docs', file));
  const pages = ['README.md', ...docs].flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^( *)```ts\n([\s\S]*?)```/gm)].map(([, indent, code]) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')));
  const comments = fs.readdirSync(path.join(ROOT, 'src'), { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.ts')).flatMap((file) => {
    const source = fs.readFileSync(path.join(ROOT, 'src', file), 'utf8');
    return [...source.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, comment]) => comment.replace(/^ *\* ?/gm, ''));
  });
  return [...pages, ...comments];
}

/** Puts a snippet where its users would: into the constructor of a stack. */
function complete(snippet: string): string {
  const fixture = fs.readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');
  const isOutside = (line: string) => /^(import|declare) /.test(line);
  const lines = snippet.split('\n');
  return [...lines.filter(isOutside), fixture.replace('/// here', () => lines.filter((line) => !isOutside(line)).join('\n'))].join('\n');
}

/** What the compiler says of each of some files that are not on the disk. */
function diagnose(codes: string[]): string[][] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    paths: { 'cdk-ivs-managed-stream-key': [path.join(ROOT, 'src', 'index.ts')] },
    types: ['node'],
  };
  const files = new Map(codes.map((code, index) => [path.join(ROOT, `snippet-${index}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const code = files.get(name);
    return code === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, code, ts.ScriptTarget.ES2022);
  };
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
  const about = (name: string) => diagnostics.filter(({ file }) => file?.fileName === name);
  return [...files.keys()].map((name) => about(name).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')));
}

test('the snippets of README, docs and doc comments compile; one with an unknown prop does not', () => {
  const wrong = "import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';\nnew ManagedStreamKey(this, 'Live', { cereal: 1 });";
  const shown = snippets();

  const diagnostics = diagnose([...shown, wrong].map(complete));

  expect(shown.length).toBeGreaterThanOrEqual(3);
  expect(diagnostics).toEqual([...shown.map(() => []), [expect.stringContaining("'cereal' does not exist in type 'ManagedStreamKeyProps'")]]);
});
