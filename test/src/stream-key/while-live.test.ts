import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { ManagedStreamKey, ManagedStreamKeyProps, WhileLive } from '../../../src';
import { handlerStatements } from '../handler-statements';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const TAG = 'managed-stream-key:while-live';
const EACH = [WhileLive.KEEP, WhileLive.DISCONNECT, WhileLive.DEFER];

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const streamKeyWith = (props?: ManagedStreamKeyProps) => {
  new ManagedStreamKey(stack, 'Live', props);
  return onlyResource(stack, 'Custom::IvsStreamKey').Properties;
};

describe('what may happen to a broadcast', () => {
  test('is left to the handler by default', () => {
    expect(streamKeyWith()).not.toHaveProperty('WhileLive');
  });

  test.each(EACH)('is %s for a rotation by deployment and for a deletion', (whileLive) => {
    expect(streamKeyWith({ whileLive }).WhileLive).toBe(whileLive);
  });

  test('is left to the handler by default when no deployment has asked for the rotation', () => {
    streamKeyWith();

    expect(secretTag(stack, TAG)).toBeUndefined();
  });

  test.each(EACH)('is %s for a rotation that no deployment has asked for', (whileLive) => {
    streamKeyWith({ whileLive });

    expect(secretTag(stack, TAG)).toBe(whileLive);
  });
});

test('what may happen to a broadcast cannot come from a parameter', () => {
  const whileLive = new CfnParameter(stack, 'Parameter').valueAsString as WhileLive;

  expect(() => streamKeyWith({ whileLive })).toThrow(new Error(
    '[Stack/Live] `whileLive` must be known when the template is made, as permissions and rules follow from it, got: a token. Use one of the values of WhileLive',
  ));
});

describe('the permission to cut off broadcasts', () => {
  const disconnecting = () => handlerStatements(stack, 'DisconnectEncoders');

  test.each([undefined, ...EACH])('is there with %s, as a construct that is taken out needs it last: on the channels of the account', (whileLive) => {
    streamKeyWith({ whileLive });

    expect(disconnecting()).toEqual([{
      Sid: 'DisconnectEncoders',
      Action: 'ivs:StopStream',
      Effect: 'Allow',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivs:*:', { Ref: 'AWS::AccountId' }, ':channel/*']] },
    }]);
  });

  test('is there once for many stream keys', () => {
    for (const name of ['One', 'Two', 'Three']) new ManagedStreamKey(stack, name, { whileLive: WhileLive.DISCONNECT });

    expect(disconnecting()).toHaveLength(1);
  });
});
