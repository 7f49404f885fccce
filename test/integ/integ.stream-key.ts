import { App, CfnParameter, Tags } from 'aws-cdk-lib';
import { streamKeyTest } from './support/stream-key-test';
import { ManagedStreamKey } from '../../src';

/**
 * The default, with a schedule. After the deployment the channel has one stream key, and the secret holds it. `rotate-secret` replaces it. A
 * deployment that changes something else keeps it. Destroy leaves nothing.
 */
streamKeyTest(new App(), {
  name: 'integ-stream-key',
  fill: (stack) => {
    const live = new ManagedStreamKey(stack, 'Live', { rotationSchedule: {} });
    // The hook that deploys again changes it: CloudFormation calls the handler for the tags of the key.
    Tags.of(live).add('revision', new CfnParameter(stack, 'Revision', { default: '1' }).valueAsString);
    return live;
  },
  requests: ['look', 'rotate'],
  afterDeploy: 'deploy-again',
});
