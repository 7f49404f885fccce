import { Stack, Tags } from 'aws-cdk-lib';
import { Stage } from './stage';
import { ManagedStreamKey } from '../../src';

let stage: Stage;
let value: string;
const tagged = (tags: Record<string, string>) => (stack: Stack) => {
  const live = new ManagedStreamKey(stack, 'Live');
  for (const [name, content] of Object.entries(tags)) Tags.of(live).add(name, content);
};

beforeAll(async () => {
  stage = await Stage.start();
  await stage.deploy(tagged({ team: 'sports', show: 'chess' }));
  ({ value } = stage.onlyKey());
  await stage.deploy(tagged({ team: 'news' }));
});
afterAll(() => stage.stop());

test('a changed tag reaches the channel, the secret and the key', () => {
  const [channel] = stage.aws.ivs.allChannels;

  expect([channel.tags, stage.onlySecret().tags, stage.onlyKey().tags].map(({ team }) => team)).toEqual(['news', 'news', 'news']);
});

test('a tag removed from the app is removed from the key', () => {
  expect(stage.onlyKey().tags).not.toHaveProperty('show');
});

test('a changed tag rotates nothing', () => {
  expect([stage.onlyKey().value, stage.storedKey()]).toEqual([value, value]);
});

test('tags from the CLI reach channel and secret but not the key: CloudFormation does not pass them to custom resources', async () => {
  await stage.deploy(tagged({ team: 'news' }), 'Live', ['--tags', 'fromCli=yes']);

  const [channel] = stage.aws.ivs.allChannels;
  expect([channel.tags, stage.onlySecret().tags, stage.onlyKey().tags].map(({ fromCli }) => fromCli)).toEqual(['yes', 'yes', undefined]);
});
