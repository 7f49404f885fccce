import { App } from 'aws-cdk-lib';
import { LiveChannelStack } from './live-channel-stack';

const app = new App();

// Another key for the channel: npx cdk deploy -c serial=2
// The same, and the encoder that publishes with the old one is cut off: npx cdk deploy -c serial=3 -c whileLive=DISCONNECT
new LiveChannelStack(app, 'LiveChannel', {
  serial: Number(app.node.tryGetContext('serial') ?? 1),
  whileLive: app.node.tryGetContext('whileLive'),
});
