import { App, Duration } from 'aws-cdk-lib';
import { streamKeyTest } from './support/stream-key-test';
import { ManagedStreamKey } from '../../src';

/** The end of a broadcast replaces the stream key. Needs ffmpeg on the machine that runs it: no test can send the events of IVS. */
streamKeyTest(new App(), {
  name: 'integ-rotate-after-stream',
  fill: (stack) => new ManagedStreamKey(stack, 'Live', { rotateAfterStream: true, reconnectWindow: Duration.minutes(1) }),
  requests: ['look'],
  afterDeploy: 'broadcast',
});
