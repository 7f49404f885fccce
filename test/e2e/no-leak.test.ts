import { CfnOutput, CfnResource, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { everythingVisible, PLACES, Visible, visibleAfterwards } from './everything-visible';
import { failAfter } from './fail-after';
import { Stage } from './stage';
import { Channel, ManagedStreamKey } from '../../src';

/** A function that there is not: what it would hear is seen on the bus. */
const LISTENER = 'arn:aws:lambda:us-east-1:123456789012:function:listener';
/** A part of every value that is made here. */
const MARKER = 'MarkedValue7391';

const live = (serial: number) => (stack: Stack) => {
  const streamKey = new ManagedStreamKey(stack, 'Live', {
    serial, secretName: 'live', rotationSchedule: { automaticallyAfter: Duration.hours(4) }, rotateAfterStream: true,
  });
  streamKey.onRotated('Rotated', { target: { bind: () => ({ arn: LISTENER }) } });
  new CfnOutput(stack, 'Version', { value: streamKey.secretVersionId });
  // Destroy would take it away, and there would be nothing to search.
  const logGroup = stack.node.findChild('ManagedStreamKeyProvider').node.findChild('LogGroup').node.defaultChild as CfnResource;
  logGroup.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return streamKey;
};
const verbose = ['-vv'];
const onlyPrepare = ['--method=prepare-change-set'];

describe('the value of a stream key that is deployed, rotated in every way with crashes, rolled back and destroyed', () => {
  let stage: Stage;
  let visible: Visible;
  const stored: string[] = [];
  beforeAll(async () => {
    stage = await Stage.start();
    stage.aws.ivs.streamKeys.marker = MARKER;
    const note = () => stored.push(stage.storedKey(stage.secret('live'))!);
    await stage.deploy((stack) => {
      live(1)(stack);
      new ManagedStreamKey(stack, 'Removed');
    }, 'Live', verbose);
    note();
    const crash = () => stage.aws.endpoint.disturbances.add({ operation: 'secretsmanager:PutSecretValue', effect: 'crash' });
    crash();
    await stage.aws.clock.advance(5 * 3_600_000);
    await stage.aws.secretsManager.rotations.done();
    note();
    crash();
    const { channelArn, value } = stage.aws.ivs.allStreamKeys.find((key) => key.value === stage.storedKey(stage.secret('live')))!;
    stage.aws.ivs.startStream(value);
    stage.aws.ivs.endStream(channelArn);
    await stage.aws.eventBridge.idle();
    // The window in which the encoder may come back, and the time until a message comes again.
    for (const milliseconds of [150_000, 400_000]) {
      await stage.aws.clock.advance(milliseconds);
      await stage.aws.eventBridge.idle();
    }
    note();
    crash();
    await stage.deploy(live(2), 'Live', verbose);
    note();
    await stage.tryDeploy((stack) => failAfter(live(3)(stack)), 'Live', verbose);
    note();
    await stage.deploy(live(4), 'Live', onlyPrepare);
    visible = await everythingVisible(stage);
    await stage.destroy(live(4));
    visible = { ...visible, ...visibleAfterwards(stage) };
  });
  afterAll(() => stage.stop());

  test('is in the secret', () => {
    expect(stored).toEqual([1, 2, 3, 4, 5].map(() => expect.stringContaining(MARKER)));
    expect(new Set(stored).size).toBe(5);
  });

  test.each(PLACES)('is not in %s', (place) => {
    expect(excerpts(visible[place])).toEqual([]);
  });

  test('was searched for from the first to the last request', () => {
    expect(visible['the log of the function']).toMatch(/"request":"Create"[^]*Runtime.ExitError[^]*"request":"Update"[^]*"request":"Delete"/);
  });
});

describe('a value that is leaked on purpose', () => {
  let stage: Stage;
  let visible: Visible;
  beforeAll(async () => {
    stage = await Stage.start();
    const leak = (stack: Stack) => {
      Tags.of(stack).add('leak', MARKER);
      new CfnOutput(stack, 'Leak', { value: MARKER });
      return live(1)(stack);
    };
    await stage.deploy(leak);
    await stage.tryDeploy((stack) => {
      leak(stack);
      const channel = Channel.fromChannelArn(stack, 'Channel', `arn:aws:ivs:us-east-1:123456789012:channel/${MARKER}`);
      new ManagedStreamKey(stack, 'Lost', { channel });
    });
    await stage.deploy((stack) => new Channel(stack, leak(stack).node.id + 'Other'), 'Live', onlyPrepare);
    stage.aws.eventBridge.publish({ 'source': 'test', 'detail-type': 'Leak', 'region': 'us-east-1', 'resources': [], 'detail': { leak: MARKER } });
    stage.aws.secretsManager.rotations.attempts.push({ secret: '', token: '', steps: [], error: MARKER });
    visible = await everythingVisible(stage);
  });
  afterAll(() => stage.stop());

  test.each(PLACES)('is found in %s', (place) => {
    expect(excerpts(visible[place])).not.toEqual([]);
  });
});

/** Where the marker is in a text. */
function excerpts(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,80}${MARKER}.{0,20}`, 'g'))].map(([excerpt]) => excerpt);
}
