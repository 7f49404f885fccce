import * as fs from 'node:fs';
import * as path from 'node:path';
import { addStreamKey, init, typesOfSynthesized } from './support/init';
import { copyOfExample, expectSameAsTypeScript } from './support/live-channel';
import { jsiiPackage } from './support/package';
import { ROOT, run } from './support/run';
import { scratch } from './support/scratch';
import { testWith } from './support/toolchain';

const directory = scratch('python');
const { peerDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const lowest = (name: string) => `${name}==${peerDependencies[name].replace('^', '')}\n`;

testWith('Python', ['python3', '-c', 'import ensurepip, venv'])('the example in Python, with the built wheel, has the template of the one in TypeScript, and an app of `cdk init` synthesizes', async () => {
  await jsiiPackage('python', directory);
  const wheel = fs.readdirSync(path.join(directory, 'python')).find((file) => file.endsWith('.whl'))!;

  const example = copyOfExample('python', directory);
  const requirements = path.join(example, 'requirements.txt');
  fs.writeFileSync(requirements, fs.readFileSync(requirements, 'utf8').replace(/^cdk-ivs-managed-stream-key\b.*$/m, path.join(directory, 'python', wheel)));
  fs.writeFileSync(path.join(directory, 'constraints.txt'), lowest('aws-cdk-lib') + lowest('constructs'));
  await run(example, 'python3', ['-m', 'venv', '.venv']);
  const bin = path.join(example, '.venv', 'bin');
  await run(example, path.join(bin, 'pip'), ['install', '--quiet', '--no-compile', '--requirement', 'requirements.txt', '--constraint', '../constraints.txt']);

  const environment = { PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  await expectSameAsTypeScript(example, environment);

  // With the newest CDK, as it comes.
  const app = await init('python', path.join(directory, 'init'));
  await run(app, path.join(bin, 'pip'), ['install', '--quiet', '--no-compile', '--upgrade', '--requirement', 'requirements.txt']);
  addStreamKey(path.join(app, 'python', 'python_stack.py'), {
    import: 'from cdk_ivs_managed_stream_key import ManagedStreamKey',
    construct: 'ManagedStreamKey(self, "Live")',
  });
  expect(await typesOfSynthesized(app, 'PythonStack', [], environment)).toContain('Custom::IvsStreamKey');
});
