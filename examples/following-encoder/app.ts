import { App } from 'aws-cdk-lib';
import { FollowingEncoderStack } from './following-encoder-stack';

new FollowingEncoderStack(new App(), 'FollowingEncoder');
