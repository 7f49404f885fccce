import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** The snippets of docs/languages.md that an example compiles, each with the file that it is from. */
const SNIPPETS = [...read('docs/languages.md').matchAll(/<!-- from (\S+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, file, code]): [string, string] => [file, code]);

test('docs/languages.md has a snippet from the example of each language', () => {
  expect(new Set(SNIPPETS.map(([file]) => file.split('/')[1]))).toEqual(new Set(['python', 'java', 'go']));
});

test.each(SNIPPETS)('docs/languages.md shows %s as it is', (file, code) => {
  const example = lines(read(file));
  expect(lines(code).filter((line) => !example.includes(line))).toEqual([]);
});

test.each(['python', 'java', 'go'])('the encoder of examples/%s is that of examples/live-channel', (language) => {
  expect(read(`examples/${language}/encoder/index.js`)).toBe(read('examples/live-channel/encoder/index.js'));
});
