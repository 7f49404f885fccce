import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, StackProps } from 'aws-cdk-lib';
import { CFN_LINT, CHECKOV, Explained, isExplained } from './explained';
import { FOR_A_REGION, FOR_ANY_REGION, Program } from './programs';
import { cfnLint, checkov, Finding, install } from './tools';
import { IVS_REGIONS } from '../../src/contract/ivs-regions';
import { hasPython } from '../python-venv';
import { ACCOUNT } from '../src/snapshot-stacks';

const REGIONS = ['us-west-2', 'ap-northeast-2'];

if (!hasPython) process.stdout.write('The templates are not checked by cfn-lint and checkov: `python3 -m venv` does not run on this machine.\n');
const testWithPython = hasPython ? test : test.skip;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'templates-'));
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

/** The templates of all stacks, in a new folder: those that are made for a region once for each. */
function templates(regions: string[]): string {
  const into = fs.mkdtempSync(path.join(directory, 'synthesized-'));
  const synthesize = (programs: Record<string, Program>, props: StackProps, suffix = '') => {
    const app = new App({ outdir: fs.mkdtempSync(path.join(directory, 'app-')) });
    for (const [name, program] of Object.entries(programs)) program(app, name + suffix, props);
    for (const { templateFullPath, templateFile } of app.synth().stacks) fs.copyFileSync(templateFullPath, path.join(into, templateFile));
  };
  synthesize(FOR_ANY_REGION, {});
  for (const region of regions) synthesize(FOR_A_REGION, { env: { account: ACCOUNT, region } }, `-${region}`);
  return into;
}

/** A folder with one template that has these resources. */
function templateWith(resources: object): string {
  const into = fs.mkdtempSync(path.join(directory, 'planted-'));
  fs.writeFileSync(path.join(into, 'planted.template.json'), JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: resources }));
  return into;
}

const unexplained = (findings: Finding[], explained: Explained[]) => findings.filter((finding) => !explained.some((by) => isExplained(finding, by)));
const unused = (findings: Finding[], explained: Explained[]) => explained.filter((by) => !findings.some((finding) => isExplained(finding, by)));

let byCfnLint: Finding[];
let byCheckov: Finding[];

beforeAll(() => {
  if (!hasPython) return;
  install();
  byCfnLint = cfnLint(templates(REGIONS), IVS_REGIONS);
  byCheckov = checkov(templates(REGIONS.slice(0, 1)));
});

testWithPython('cfn-lint finds nothing in any region of IVS but what is explained', () => {
  expect(unexplained(byCfnLint, CFN_LINT)).toEqual([]);
});

testWithPython('checkov finds nothing but what is explained', () => {
  expect(unexplained(byCheckov, CHECKOV)).toEqual([]);
});

testWithPython('each explanation is still needed', () => {
  expect([...unused(byCfnLint, CFN_LINT), ...unused(byCheckov, CHECKOV)]).toEqual([]);
});

testWithPython('with the strictest settings, checkov finds only what no setting changes', () => {
  const found = byCheckov.filter(({ template }) => template.startsWith('hardened'));

  expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['CKV_AWS_27']));
});

testWithPython('cfn-lint finds a property that does not exist, and a resource in a region that lacks it', () => {
  const planted = templateWith({ Channel: { Type: 'AWS::IVS::Channel', Properties: { Title: 'live' } } });

  expect(cfnLint(planted, ['us-west-2', 'eu-north-1']).map(({ rule, where }) => `${rule} ${where}`).sort())
    .toEqual(['E3002 Resources/Channel/Properties/Title', 'E3006 Resources/Channel/Type']);
});

testWithPython('checkov finds a bucket that anybody can read', () => {
  const planted = templateWith({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } } });

  expect(checkov(planted)).toContainEqual({ template: 'planted', rule: 'CKV_AWS_20', where: 'AWS::S3::Bucket.Bucket' });
});
