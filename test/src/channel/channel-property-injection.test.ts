import { App, IPropertyInjector, Stack } from 'aws-cdk-lib';
import { Channel, ChannelProps, ChannelType, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

/** What a company wants of its channels, where nothing else is said. */
const injector: IPropertyInjector = {
  constructUniqueId: Channel.PROPERTY_INJECTION_ID,
  inject: (props: ChannelProps) => ({ authorized: true, type: ChannelType.BASIC, ...props }),
};

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App({ propertyInjectors: [injector] }), 'Stack');
});

const propertiesOfChannel = () => onlyResource(stack, 'AWS::IVS::Channel').Properties;

test('the id of the class is in the name of the package', () => {
  expect(Channel.PROPERTY_INJECTION_ID).toBe('cdk-ivs-managed-stream-key.Channel');
});

test('props are injected into a channel without props', () => {
  new Channel(stack, 'Channel');

  expect(propertiesOfChannel()).toEqual({ Name: expect.any(String), Authorized: true, Type: 'BASIC' });
});

test('props are injected beside those that are given', () => {
  new Channel(stack, 'Channel', { type: ChannelType.STANDARD });

  expect(propertiesOfChannel()).toEqual({ Name: expect.any(String), Authorized: true, Type: 'STANDARD' });
});

test('props are injected into the channel that a stream key makes', () => {
  new ManagedStreamKey(stack, 'Live');

  expect(propertiesOfChannel()).toEqual({ Name: expect.any(String), Authorized: true, Type: 'BASIC' });
});

test('the class keeps its name', () => {
  expect(Channel.name).toBe('Channel');
});
