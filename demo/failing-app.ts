import { App, Tags } from 'aws-cdk-lib';
import { CfnChannel } from 'aws-cdk-lib/aws-ivs';
import { LiveChannelStack } from '../examples/live-channel/live-channel-stack';

/** The example with a change that reaches the key, and after it one that IVS refuses. */
const app = new App();
const stack = new LiveChannelStack(app, 'LiveChannel', {
  serial: Number(app.node.tryGetContext('serial')),
  whileLive: app.node.tryGetContext('whileLive'),
});
Tags.of(stack.live).add('team', 'sports');
new CfnChannel(stack, 'Broken', { name: 'a name with spaces' }).node.addDependency(stack.live);
