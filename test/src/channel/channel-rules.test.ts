import { Annotations as Notes, App, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Channel, ChannelProps, ChannelType, ContainerFormat, MultitrackMaximumResolution, MultitrackPolicy, Preset } from '../../../src';

const MULTITRACK = { policy: MultitrackPolicy.ALLOW, maximumResolution: MultitrackMaximumResolution.HD };
const INSECURE = 'cdk-ivs-managed-stream-key:insecureIngest';

let stack: Stack;
let token: string;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  token = new CfnParameter(stack, 'Parameter').valueAsString;
});

const makeWith = (props: ChannelProps) => () => new Channel(stack, 'Channel', props);
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data);

describe('a preset', () => {
  const refused = (got: string) => new Error(
    `[Stack/Channel] \`preset\` must not be given unless \`type\` is ADVANCED_SD or ADVANCED_HD, got: ${got}. `
    + 'Leave the preset out, or choose one of these types',
  );

  test.each(Object.values(Preset))('%s is refused without a type, which then is STANDARD', (preset) => {
    expect(makeWith({ preset })).toThrow(refused(`${preset} where it is STANDARD`));
  });

  test.each([ChannelType.STANDARD, ChannelType.BASIC])('is refused with the type %s', (type) => {
    const preset = Preset.HIGHER_BANDWIDTH_DELIVERY;

    expect(makeWith({ type, preset })).toThrow(refused(`HIGHER_BANDWIDTH_DELIVERY where it is ${type}`));
  });

  test.each([ChannelType.ADVANCED_SD, ChannelType.ADVANCED_HD])('is accepted with the type %s', (type) => {
    expect(makeWith({ type, preset: Preset.HIGHER_BANDWIDTH_DELIVERY })).not.toThrow();
  });

  test('is accepted with a type that is not known yet', () => {
    expect(makeWith({ type: token as ChannelType, preset: Preset.HIGHER_BANDWIDTH_DELIVERY })).not.toThrow();
  });

  test('that is not known yet is accepted with any type, as it may be empty', () => {
    expect(makeWith({ type: ChannelType.BASIC, preset: token as Preset })).not.toThrow();
  });
});

describe('multitrack input', () => {
  const multitrackInputConfiguration = MULTITRACK;
  const containerFormat = ContainerFormat.FRAGMENTED_MP4;

  test.each([ChannelType.BASIC, ChannelType.ADVANCED_SD, ChannelType.ADVANCED_HD])('is refused with the type %s', (type) => {
    expect(makeWith({ type, containerFormat, multitrackInputConfiguration })).toThrow(new Error(
      `[Stack/Channel] \`multitrackInputConfiguration\` must not be given unless \`type\` is STANDARD, got: ${type}. Leave one of the two out`,
    ));
  });

  test('is refused with the container format TS', () => {
    expect(makeWith({ containerFormat: ContainerFormat.TS, multitrackInputConfiguration })).toThrow(new Error(
      '[Stack/Channel] `multitrackInputConfiguration` must not be given unless `containerFormat` is FRAGMENTED_MP4, got: TS. '
      + 'Leave `containerFormat` out, or set it to ContainerFormat.FRAGMENTED_MP4',
    ));
  });

  test('needs no container format', () => {
    expect(makeWith({ multitrackInputConfiguration })).not.toThrow();
  });

  test.each<[string, () => ChannelProps]>([
    ['no type', () => ({ containerFormat })],
    ['the type STANDARD', () => ({ type: ChannelType.STANDARD, containerFormat })],
    ['a type that is not known yet', () => ({ type: token as ChannelType, containerFormat })],
    ['a container format that is not known yet', () => ({ containerFormat: token as ContainerFormat })],
  ])('is accepted with %s', (_, props) => {
    expect(makeWith({ ...props(), multitrackInputConfiguration })).not.toThrow();
  });
});

test.each(Object.values(ChannelType))('fragmented MP4 is accepted with the type %s', (type) => {
  expect(makeWith({ type, containerFormat: ContainerFormat.FRAGMENTED_MP4 })).not.toThrow();
});

describe('insecure ingest', () => {
  test('is warned about', () => {
    makeWith({ insecureIngest: true })();

    Annotations.fromStack(stack).hasWarning('/Stack/Channel',
      '`insecureIngest` lets encoders publish without encryption: anyone on the network path can read the stream key. '
      + 'Leave it out, unless you have an encoder with neither RTMPS nor SRT; then acknowledge this warning. '
      + `[ack: ${INSECURE}]`);
  });

  test('is warned about until the warning is acknowledged', () => {
    Notes.of(makeWith({ insecureIngest: true })()).acknowledgeWarning(INSECURE);

    expect(warnings()).toEqual([]);
  });

  test.each<[string, ChannelProps]>([
    ['it is off', { insecureIngest: false }],
    ['nothing is said', {}],
    ['it is not known yet', { insecureIngest: Lazy.any({ produce: () => true }) as unknown as boolean }],
  ])('is not warned about when %s', (_, props) => {
    makeWith(props)();

    expect(warnings()).toEqual([]);
  });
});
