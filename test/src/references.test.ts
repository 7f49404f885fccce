import { App, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { onlyResource } from './only-resource';
import { ManagedStreamKey } from '../../src';

let app: App;
let stack: Stack;
let live: ManagedStreamKey;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
  live = new ManagedStreamKey(stack, 'Live');
});

test('a ManagedStreamKey may be given wherever a stream key is asked for', () => {
  const streamKey: ivs.IStreamKeyRef = live;

  expect(stack.resolve(streamKey.streamKeyRef)).toEqual({
    streamKeyArn: { 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, 'StreamKeyArn'] },
  });
});

test('a StreamKeyRotationSchedule may be given wherever one is asked for', () => {
  const schedule: secretsmanager.IRotationScheduleRef = live.addRotationSchedule('Weekly');

  expect(stack.resolve(schedule.rotationScheduleRef)).toEqual({
    rotationScheduleId: { Ref: onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').logicalId },
  });
});
