import { App, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct, IMixin } from 'constructs';
import { onlyResource } from './only-resource';
import { ManagedStreamKey, StreamKeyProvider } from '../../src';

/** Does something to the L1s of a class. */
const mixin = <T extends IConstruct>(type: abstract new (...args: never[]) => T, apply: (construct: T) => void): IMixin => ({
  supports: (construct) => construct instanceof type,
  applyTo: (construct) => apply(construct as T),
});

test('mixins reach the channel that a stream key makes', () => {
  const stack = new Stack(new App(), 'Stack');

  new ManagedStreamKey(stack, 'Live').with(mixin(ivs.CfnChannel, (channel) => { channel.name = 'mixed-in'; }));

  expect(onlyResource(stack, 'AWS::IVS::Channel').Properties.Name).toBe('mixed-in');
});

test('mixins reach the function of a provider', () => {
  const stack = new Stack(new App(), 'Stack');

  new StreamKeyProvider(stack, 'Provider').with(mixin(lambda.CfnFunction, (handler) => { handler.memorySize = 512; }));

  expect(onlyResource(stack, 'AWS::Lambda::Function').Properties.MemorySize).toBe(512);
});
