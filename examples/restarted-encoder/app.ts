import { App } from 'aws-cdk-lib';
import { RestartedEncoderStack } from './restarted-encoder-stack';

new RestartedEncoderStack(new App(), 'RestartedEncoder');
