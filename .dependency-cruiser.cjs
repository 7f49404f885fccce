/**
 * Imports run downward only, and in no circle. `npm run imports` checks it, as part of `npm test`.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** The layers, highest first: a folder may import itself and those below. */
const SRC = ['dashboard', 'stream-key', 'rotation', ['secret', 'provider'], 'channel', ['recording', 'playback'], ['contract', 'core']];
const LAMBDA = ['protocols', 'stream-key', 'report', 'aws'];

/** Forbids the folders of each layer to import those above it and beside it. */
const downwardOnly = (root, layers) => layers.map((layer) => [layer].flat()).flatMap((layer, index, all) => layer.map((folder) => {
  const others = [...all.slice(0, index).flat(), ...layer.filter((other) => other !== folder)];
  return {
    name: `${root}/${folder}-imports-downward-only`,
    severity: 'error',
    from: { path: `^${root}/${folder}/` },
    to: { path: `^${root}/(index\\.ts$${others.map((other) => `|${other}/`).join('')})` },
  };
}));

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-loose-files-in-src', severity: 'error', from: { path: '^src/(?!index\\.ts)[^/]+\\.ts$' }, to: {} },
    ...downwardOnly('src', SRC),
    ...downwardOnly('lambda', LAMBDA),
    { name: 'contract-knows-no-cdk', severity: 'error', from: { path: '^src/contract/' }, to: { pathNot: '^src/contract/' } },
    { name: 'src-knows-no-handler', severity: 'error', from: { path: '^src/' }, to: { path: '^(lambda|local-aws|test|demo|examples|observe)/' } },
    { name: 'lambda-knows-the-contract-only', severity: 'error', from: { path: '^lambda/' }, to: { path: '^(src/(?!contract/)|local-aws/|test/)' } },
    { name: 'local-aws-knows-no-library', severity: 'error', from: { path: '^local-aws/' }, to: { path: '^(src|lambda|test|demo|examples|observe)/' } },
  ],
  options: {
    // Imports of types count, too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.ts$' },
  },
};
