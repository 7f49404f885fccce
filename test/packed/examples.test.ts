import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { copyOfExample, install, pack } from './support/packed';
import { FollowingEncoderStack } from '../../examples/following-encoder/following-encoder-stack';
import { LiveChannelStack } from '../../examples/live-channel/live-channel-stack';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';
import { CdkCli } from '../../local-aws/clients/cdk-cli';
import { LocalAws } from '../../local-aws/local-aws';
import { run } from '../languages/support/run';
import { scratch } from '../languages/support/scratch';

const EXAMPLES: [string, (app: App) => Stack][] = [
  ['live-channel', (app) => new LiveChannelStack(app, 'LiveChannel', { serial: 1 })],
  ['following-encoder', (app) => new FollowingEncoderStack(app, 'FollowingEncoder')],
  ['restarted-encoder', (app) => new RestartedEncoderStack(app, 'RestartedEncoder')],
];

const directory = scratch('packed');
beforeAll(async () => {
  const tarball = await pack(directory);
  for (const [name] of EXAMPLES) await install(copyOfExample(name, directory), tarball);
});

/** The type of each resource in the template of a stack. */
const typesIn = (output: string, stack: string): Record<string, string> => {
  const { Resources } = JSON.parse(fs.readFileSync(path.join(output, `${stack}.template.json`), 'utf8'));
  return Object.fromEntries(Object.entries<{ Type: string }>(Resources).map(([id, { Type }]) => [id, Type]));
};

test.each(EXAMPLES)('examples/%s, copied out, synthesizes with the packed package and the newest CDK', async (name, program) => {
  const stack = program(new App({ analyticsReporting: false }));

  await run(path.join(directory, name), 'npx', ['cdk', 'synth', '--quiet', '--no-notices', '--no-version-reporting']);

  const here = typesIn((stack.node.root as App).synth().directory, stack.stackName);
  expect(typesIn(path.join(directory, name, 'cdk.out'), stack.stackName)).toEqual(here);
});

test('examples/live-channel, copied out, is deployed to the local AWS with the packed package, and destroyed', async () => {
  const aws = await LocalAws.start();
  const cli = new CdkCli(aws);
  const example = path.join(directory, 'live-channel');

  const deployed = await cli.run('deploy', ['--require-approval', 'never'], example);

  expect(deployed).toMatchObject({ exitCode: 0 });
  const [[key], [secret]] = [aws.ivs.allStreamKeys, aws.secretsManager.all];
  const [stored] = [...secret.versions.values()].filter(({ labels }) => labels.has('AWSCURRENT'));
  expect(JSON.parse(stored.value!)).toMatchObject({ streamKey: key.value });

  expect(await cli.run('destroy', ['--force'], example)).toMatchObject({ exitCode: 0 });
  expect([aws.ivs.allChannels, aws.ivs.allStreamKeys, aws.secretsManager.all]).toEqual([[], [], []]);
  cli.close();
  await aws.stop();
});
