import * as fs from 'node:fs';
import * as path from 'node:path';
import { install, pack } from './support/packed';
import { addStreamKey, init, typesOfSynthesized } from '../languages/support/init';
import { run } from '../languages/support/run';
import { scratch } from '../languages/support/scratch';

const directory = scratch('init');
let tarball: string;
beforeAll(async () => { tarball = await pack(directory); });

test('an app of `cdk init` in TypeScript compiles and synthesizes with the packed package', async () => {
  const app = await init('typescript', directory);
  await install(app, tarball);
  addStreamKey(path.join(app, 'lib', 'typescript-stack.ts'), {
    import: "import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';",
    construct: "new ManagedStreamKey(this, 'Live');",
  });

  await run(app, 'npx', ['tsc']);

  expect(await typesOfSynthesized(app, 'TypescriptStack')).toContain('Custom::IvsStreamKey');
});

describe('an app of `cdk init` in JavaScript', () => {
  let app: string;
  beforeAll(async () => {
    app = await init('javascript', directory);
    await install(app, tarball);
  });

  test('synthesizes with the packed package', async () => {
    addStreamKey(path.join(app, 'lib', 'javascript-stack.js'), {
      import: "const { ManagedStreamKey } = require('cdk-ivs-managed-stream-key');",
      construct: "new ManagedStreamKey(this, 'Live');",
    });

    expect(await typesOfSynthesized(app, 'JavascriptStack')).toContain('Custom::IvsStreamKey');
  });

  test('synthesizes as an ECMAScript module, too', async () => {
    fs.writeFileSync(path.join(app, 'app.mjs'), `
      import { App, Stack } from 'aws-cdk-lib/core';
      import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';

      new ManagedStreamKey(new Stack(new App(), 'Module'), 'Live');
    `);

    expect(await typesOfSynthesized(app, 'Module', ['--app', 'node app.mjs'])).toContain('Custom::IvsStreamKey');
  });
});
