import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

const PAGES = ['.', 'docs', 'docs/decisions', 'local-aws'].flatMap((folder) =>
  fs.readdirSync(path.join(ROOT, folder)).filter((file) => file.endsWith('.md') && file !== 'API.md').map((file) => path.join(folder, file)));

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

/** The links of a page to files and headings of this repository that do not exist. */
function brokenLinks(page: string): string[] {
  const links = [...read(page).replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links.filter((link) => !/^https?:/.test(link)).filter((link) => {
    const [file, anchor] = link.split('#');
    const target = file ? path.join(path.dirname(page), file) : page;
    return !fs.existsSync(path.join(ROOT, target)) || (anchor && target.endsWith('.md') && !anchorsOf(target).includes(anchor));
  });
}

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(PAGES)('the files that %s names exist', (page) => {
  const named = [...read(page).matchAll(/`((?:src|lambda|local-aws|test|demo|docs|examples|observe)\/[\w./-]+\.(?:ts|md|svg))`/g)].map(([, file]) => file);

  expect(named.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('a link to a missing heading is noticed', () => {
  expect(anchorsOf('README.md')).toContain('what-gets-created');
  expect(anchorsOf('README.md')).not.toContain('what-gets-deleted');
});

test('the README shows pictures of this repository', () => {
  const pictures = [...read('README.md').matchAll(/!\[[^\]]*\]\(https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/main\/([^)]+)\)/g)].map(([, file]) => file);

  expect(pictures).not.toEqual([]);
  expect(pictures.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('the README is read in five minutes: it has at most 1,200 words', () => {
  expect(read('README.md').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1_200);
});
