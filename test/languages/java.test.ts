import * as fs from 'node:fs';
import * as path from 'node:path';
import { copyOfExample, expectSameAsTypeScript } from './support/live-channel';
import { jsiiPackage } from './support/package';
import { ROOT } from './support/run';
import { scratch } from './support/scratch';
import { testWith } from './support/toolchain';

const directory = scratch('java');
// Downloads are kept from run to run, but never our own package: each run makes another one of the same version.
const repository = path.join(ROOT, 'node_modules', '.cache', 'test-languages', 'maven');
const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

testWith('Java', ['javac', '-version'], ['mvn', '--version'])('the example in Java, with the built jar, has the template of the one in TypeScript', async () => {
  // The documentation of a jar cannot fail: what jsii writes for Maven ignores its errors.
  await jsiiPackage('java', directory, ['--maven-local-repository', repository, '--mvn-define', 'maven.javadoc.skip=true']);
  fs.rmSync(path.join(repository, 'io', 'github', 'cdk-ivs-managed-stream-key'), { recursive: true, force: true });
  fs.cpSync(path.join(directory, 'java'), repository, { recursive: true });

  const example = copyOfExample('java', directory);
  fs.mkdirSync(path.join(example, '.mvn'));
  fs.writeFileSync(path.join(example, '.mvn', 'maven.config'), `-Dstream-key.version=${version}\n-Dmaven.repo.local=${repository}\n`);

  await expectSameAsTypeScript(example);
});
