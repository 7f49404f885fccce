import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';

const FOLDER = path.join(__dirname, '..', '..', '.github', 'workflows');
const WORKFLOWS = fs.readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));
const jobsOf = (file: string): Record<string, any> => parse(fs.readFileSync(path.join(FOLDER, file), 'utf8')).jobs;

test.each(WORKFLOWS)('%s pins every action to a commit', (file) => {
  const used = Object.values(jobsOf(file)).flatMap(({ uses, steps = [] }) => [uses, ...steps.map((step: any) => step.uses)]).filter(Boolean);

  expect(used).not.toEqual([]);
  expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test.each(WORKFLOWS)('%s states the permissions of every job', (file) => {
  const granted = Object.entries(jobsOf(file)).map(([job, { permissions }]) => ({ job, permissions }));

  expect(granted.filter(({ permissions }) => typeof permissions !== 'object')).toEqual([]);
});

test('a job may write only what it publishes or proposes', () => {
  const writes = (file: string) => Object.entries(jobsOf(file)).flatMap(([job, { permissions }]) =>
    Object.entries(permissions).filter(([, access]) => access === 'write').map(([what]) => `${job} ${what}`));

  expect(Object.fromEntries(WORKFLOWS.map((file) => [file, writes(file)]))).toEqual({
    'build.yml': ['self-mutation contents'],
    'pull-request-lint.yml': ['validate pull-requests'],
    'release.yml': ['release_github contents', 'release_npm id-token', 'release_pypi id-token'],
    'upgrade-main.yml': [],
  });
});

test('the release does not name the registry of the machine that generated it', () => {
  const environments = Object.values(jobsOf('release.yml')).flatMap(({ steps }) => steps.map(({ env }: any) => Object.keys(env ?? {})));

  expect(environments.flat()).toContain('NPM_DIST_TAG');
  expect(environments.flat()).not.toContain('NPM_REGISTRY');
});

test.each(['build.yml', 'release.yml'])('the job of %s that runs the tests has ffmpeg, and fails without it', (file) => {
  const [job] = Object.values(jobsOf(file)).filter(({ steps }) => steps.some(({ run }: any) => /npx projen (build|release)$/.test(run)));

  expect(job.steps.map(({ run }: any) => run)).toContainEqual(expect.stringMatching(/recommends ffmpeg && echo REQUIRE_FFMPEG=1 >> "\$GITHUB_ENV"$/));
});
