import { App, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const propertiesWith = (type: string) => (props?: ManagedStreamKeyProps) => {
  new ManagedStreamKey(stack, 'Live', props);
  return onlyResource(stack, type).Properties;
};
const streamKeyWith = propertiesWith('Custom::IvsStreamKey');
const secretWith = propertiesWith('AWS::SecretsManager::Secret');

describe('the serial', () => {
  test('is 0 by default', () => {
    expect(streamKeyWith().Serial).toBe(0);
  });

  test.each([0, 1, Number.MAX_SAFE_INTEGER])('may be %d', (serial) => {
    expect(streamKeyWith({ serial }).Serial).toBe(serial);
  });

  test('may come from a parameter', () => {
    const serial = new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber;

    expect(streamKeyWith({ serial }).Serial).toEqual({ Ref: 'Parameter' });
  });

  test('may be known at the end of synthesis only', () => {
    expect(streamKeyWith({ serial: Lazy.number({ produce: () => 7 }) }).Serial).toBe(7);
  });

  test.each([-1, 1.5, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER + 1])('may not be %d', (serial) => {
    expect(() => new ManagedStreamKey(stack, 'Live', { serial })).toThrow(new Error(
      `[Stack/Live] \`serial\` must be a whole number, 0 or more, got: ${serial}. Start with 1 and count it up by 1 to rotate the stream key`,
    ));
  });
});

describe('the name of the secret', () => {
  const likeAnArnSuffix = (secretName: string) =>
    `\`secretName\` ends in a hyphen and six characters, as the ARNs of secrets do, got: ${secretName}. `
    + 'Secrets Manager may find another secret by it: choose a name with another ending. '
    + '[ack: cdk-ivs-managed-stream-key:secretNameLikeArnSuffix]';
  const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data);

  test('is made by CloudFormation by default', () => {
    expect(secretWith()).not.toHaveProperty('Name');
  });

  test.each(['a', 'a'.repeat(512), 'azAZ09/_+=.@-'])('may be "%s"', (secretName) => {
    expect(secretWith({ secretName }).Name).toBe(secretName);
  });

  test('may come from a parameter', () => {
    expect(secretWith({ secretName: new CfnParameter(stack, 'Parameter').valueAsString }).Name).toEqual({ Ref: 'Parameter' });
  });

  test.each(['', 'a b', 'a:b', 'ä', 'a\n'])('may not be "%s"', (secretName) => {
    expect(() => new ManagedStreamKey(stack, 'Live', { secretName })).toThrow(new Error(
      `[Stack/Live] \`secretName\` must be 1 to 512 letters, digits and \`/_+=.@-\`, got: '${secretName}'. `
      + 'Choose another name, or leave it out: CloudFormation then makes one',
    ));
  });

  test('may not have 513 characters', () => {
    expect(() => new ManagedStreamKey(stack, 'Live', { secretName: 'a'.repeat(513) })).toThrow(new Error(
      '[Stack/Live] `secretName` must be 1 to 512 letters, digits and `/_+=.@-`, got: 513 characters. '
      + 'Choose another name, or leave it out: CloudFormation then makes one',
    ));
  });

  test.each(['live-abcdef', 'live-AB12cd'])('is warned about when it ends like an ARN: %s', (secretName) => {
    new ManagedStreamKey(stack, 'Live', { secretName });

    Annotations.fromStack(stack).hasWarning('/Stack/Live', likeAnArnSuffix(secretName));
  });

  test.each(['live-abcde', 'live-abcdefg', 'live-abc_ef', 'live/abcdef'])('is not warned about when it ends otherwise: %s', (secretName) => {
    new ManagedStreamKey(stack, 'Live', { secretName });

    expect(warnings()).toEqual([]);
  });
});

describe('the description of the secret', () => {
  test('is the path of the construct by default', () => {
    expect(secretWith().Description).toBe('Amazon IVS stream key of Stack/Live');
  });

  test('is cut off where a path is longer than Secrets Manager accepts', () => {
    new ManagedStreamKey(stack, 'x'.repeat(3000));

    const { Description } = onlyResource(stack, 'AWS::SecretsManager::Secret').Properties;

    expect(Description).toHaveLength(2048);
  });

  test.each(['', 'Stream key of the main stage', 'a'.repeat(2048)])('may be "%s"', (description) => {
    expect(secretWith({ description }).Description).toBe(description);
  });

  test('may come from a parameter', () => {
    expect(secretWith({ description: new CfnParameter(stack, 'Parameter').valueAsString }).Description).toEqual({ Ref: 'Parameter' });
  });

  test('may not have 2049 characters', () => {
    expect(() => new ManagedStreamKey(stack, 'Live', { description: 'a'.repeat(2049) })).toThrow(new Error(
      '[Stack/Live] `description` must be 2048 characters at most, got: 2049 characters. Shorten it',
    ));
  });
});
