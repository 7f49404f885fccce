import * as path from 'node:path';
import { copyOfExample, expectSameAsTypeScript } from './support/live-channel';
import { jsiiPackage } from './support/package';
import { run } from './support/run';
import { scratch } from './support/scratch';
import { testWith } from './support/toolchain';

const MODULE = 'github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key-go/cdkivsmanagedstreamkey';
const directory = scratch('go');

testWith('Go', ['go', 'version'])('the example in Go, with the written module, has the template of the one in TypeScript', async () => {
  // Compiled once, with the example.
  await jsiiPackage('go', directory, [], { JSII_BUILD_GO: 'false' });

  const example = copyOfExample('go', directory);
  await run(example, 'go', ['mod', 'edit', `-replace=${MODULE}=${path.join(directory, 'go', path.basename(MODULE))}`]);
  await run(example, 'go', ['mod', 'tidy']);
  await run(example, 'go', ['vet', MODULE, '.']);

  await expectSameAsTypeScript(example);
});
