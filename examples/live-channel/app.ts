import { App } from 'aws-cdk-lib';
import { LiveChannelStack } from './live-channel-stack';

const app = new App();

// Another key for the channel: npx cdk deploy -c serial=2
new LiveChannelStack(app, 'LiveChannel', { serial: Number(app.node.tryGetContext('serial') ?? 1) });
