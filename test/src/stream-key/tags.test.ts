import { App, CfnParameter, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';
import { secretTag } from '../secret-tag';

const STREAM_KEY = 'AWS::IVS::StreamKey';
const TYPES = ['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey'];
const SHOW = { Key: 'show', Value: 'evening' };
const TEAM = { Key: 'team', Value: 'sports' };

let app: App;
let stack: Stack;
let above: Construct;
let live: ManagedStreamKey;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
  above = new Construct(stack, 'Above');
  live = new ManagedStreamKey(above, 'Live');
});

const tagsOf = (type: string, of = stack) => onlyResource(of, type).Properties?.Tags;
const streamKeyTags = (of = stack) => tagsOf('Custom::IvsStreamKey', of);

describe.each(TYPES)('%s', (type) => {
  test.each<[string, () => Construct]>([
    ['the construct', () => live],
    ['a construct above it', () => above],
    ['its stack', () => stack],
    ['its app', () => app],
  ])('has the tags of %s', (_, scope) => {
    Tags.of(scope()).add('show', 'evening');

    expect(tagsOf(type)).toContainEqual(SHOW);
  });

  test('has tags from parameters', () => {
    const value = new CfnParameter(stack, 'Parameter').valueAsString;

    Tags.of(live).add('show', value);

    expect(tagsOf(type)).toContainEqual({ Key: 'show', Value: { Ref: 'Parameter' } });
  });

  test('has the tag of the nearest scope', () => {
    Tags.of(app).add('show', 'morning');
    Tags.of(live).add('show', 'evening');
    Tags.of(stack).add('show', 'midday');

    expect(tagsOf(type)).toContainEqual(SHOW);
  });
});

describe('the stream key', () => {
  test('has no tags of the user by default', () => {
    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties).not.toHaveProperty('Tags');
  });

  test('has each tag once', () => {
    Tags.of(stack).add('show', 'evening');
    Tags.of(live).add('show', 'evening');

    expect(streamKeyTags()).toEqual([SHOW]);
  });

  test('has the tags that the props of its stack name, as CloudFormation gives them to every other resource', () => {
    const tagged = new Stack(app, 'Tagged', { tags: { show: 'evening' } });
    new ManagedStreamKey(tagged, 'Live');

    expect(streamKeyTags(tagged)).toEqual([SHOW]);
  });

  test('prefers its own tag to one that the props of its stack name', () => {
    const tagged = new Stack(app, 'Tagged', { tags: { show: 'morning' } });
    Tags.of(new ManagedStreamKey(tagged, 'Live')).add('show', 'evening');

    expect(streamKeyTags(tagged)).toEqual([SHOW]);
  });

  test('has the tags of the stack that its stack is nested in', () => {
    const nested = new NestedStack(stack, 'Nested');
    new ManagedStreamKey(nested, 'Live');
    Tags.of(stack).add('show', 'evening');

    expect(streamKeyTags(nested)).toEqual([SHOW]);
  });

  describe('in a nested stack', () => {
    let outer: Stack;
    let middle: NestedStack;
    let inner: NestedStack;

    beforeEach(() => {
      outer = new Stack(app, 'Outer', { tags: { team: 'sports', show: 'morning' } });
      middle = new NestedStack(outer, 'Middle');
      inner = new NestedStack(middle, 'Inner');
    });

    test('has the tags that the props of the outermost stack name, as CloudFormation hands them down', () => {
      new ManagedStreamKey(inner, 'Live');

      expect(streamKeyTags(inner)).toEqual([{ Key: 'show', Value: 'morning' }, TEAM]);
    });

    test('prefers the tags of the nearest stack', () => {
      middle.tags.setTag('show', 'midday');
      inner.tags.setTag('show', 'evening');
      new ManagedStreamKey(inner, 'Live');

      expect(streamKeyTags(inner)).toEqual([SHOW, TEAM]);
    });

    test('prefers its own tag', () => {
      Tags.of(new ManagedStreamKey(inner, 'Live')).add('show', 'evening');

      expect(streamKeyTags(inner)).toEqual([SHOW, TEAM]);
    });

    test('has none of a stack beside it', () => {
      new NestedStack(outer, 'Beside').tags.setTag('beside', 'it');
      new ManagedStreamKey(middle, 'Live');

      expect(streamKeyTags(middle)).toEqual([{ Key: 'show', Value: 'morning' }, TEAM]);
    });
  });

  test('loses a tag that is removed from it', () => {
    Tags.of(above).add('show', 'evening');
    Tags.of(live).remove('show');

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties).not.toHaveProperty('Tags');
  });
});

describe('a filter by resource types', () => {
  const scopes: [string, () => Construct][] = [
    ['the construct', () => live],
    ['a construct above it', () => above],
    ['its stack', () => stack],
    ['its app', () => app],
  ];

  test.each(scopes)('on %s may exclude the stream key', (_, scope) => {
    Tags.of(scope()).add('show', 'evening', { excludeResourceTypes: [STREAM_KEY] });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties).not.toHaveProperty('Tags');
  });

  test.each(scopes)('on %s may include nothing but the stream key', (_, scope) => {
    Tags.of(scope()).add('show', 'evening', { includeResourceTypes: [STREAM_KEY] });

    expect(streamKeyTags()).toEqual([SHOW]);
    expect(tagsOf('AWS::IVS::Channel')).toBeUndefined();
  });

  test.each(scopes)('on %s may include other types only', (_, scope) => {
    Tags.of(scope()).add('show', 'evening', { includeResourceTypes: ['AWS::IVS::Channel'] });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties).not.toHaveProperty('Tags');
  });
});

describe('the number of tags', () => {
  const addTags = (count: number) => {
    for (let number = 1; number <= count; number++) Tags.of(live).add(`tag${number}`, 'value');
  };

  test('may be 35', () => {
    addTags(35);

    expect(streamKeyTags()).toHaveLength(35);
  });

  test('may not be 36: the construct reserves 15 of the 50', () => {
    for (let number = 1; number <= 36; number++) Tags.of(live).add(`tag${number}`, 'value', { includeResourceTypes: [STREAM_KEY] });

    expect(() => app.synth()).toThrow(new Error(
      'Validation failed with the following errors:\n'
      + '  [Stack/Above/Live] `Tags` must be 35 at most on the stream key: AWS accepts 50, and the construct reserves the others, got: 36. '
      + 'Leave some out with Tags.of(…).add(…, { excludeResourceTypes: [\'AWS::IVS::StreamKey\'] })',
    ));
  });

  test('may not be 36 on the secret either', () => {
    for (let number = 1; number <= 36; number++) Tags.of(live).add(`tag${number}`, 'value', { excludeResourceTypes: [STREAM_KEY] });

    expect(() => app.synth()).toThrow(new Error(
      'Validation failed with the following errors:\n'
      + '  [Stack/Above/Live] `Tags` must be 35 at most on the secret: AWS accepts 50, and the construct reserves the others, got: 36. '
      + 'Leave some out with Tags.of(…).add(…, { excludeResourceTypes: [\'AWS::SecretsManager::Secret\'] })',
    ));
  });

  test('names both types in the advice if both have too many', () => {
    addTags(36);

    expect(() => app.synth()).toThrow('{ excludeResourceTypes: [\'AWS::IVS::StreamKey\', \'AWS::SecretsManager::Secret\'] }');
  });

  test('does not count tags for other resources', () => {
    addTags(35);
    Tags.of(stack).add('show', 'evening', { includeResourceTypes: ['AWS::IVS::Channel'] });

    expect(streamKeyTags()).toHaveLength(35);
  });
});

test('an aspect that excludes the key does not change the desired state in the tags of the secret', () => {
  Tags.of(stack).add('managed-stream-key:serial', '99', { excludeResourceTypes: [STREAM_KEY], priority: 500 });

  expect(secretTag(stack, 'managed-stream-key:serial')).toBe('0');
});

describe('the name of a tag', () => {
  test('may not begin with aws:, which AWS reserves', () => {
    Tags.of(live).add('aws:team', 'sports');

    expect(() => app.synth()).toThrow('`Tags` must not have names that begin with aws:, which AWS reserves, got: aws:team. Choose another name');
  });

  test.each([
    'stack', 'resource', 'serial', 'secret', 'origin', 'predecessor', 'created', 'rotation', 'content', 'due', 'unfinished',
    'channel', 'while-live', 'listened-to', 'user-supplied', 'adopt', 'of-a-later-version',
  ])('may not be managed-stream-key:%s', (name) => {
    Tags.of(stack).add(`managed-stream-key:${name}`, 'mine');

    expect(() => app.synth()).toThrow(new Error(
      'Validation failed with the following errors:\n'
      + '  [Stack/Above/Live] `Tags` must not have names that begin with managed-stream-key:, which the construct reserves, '
      + `got: managed-stream-key:${name}. Choose another name`,
    ));
  });
});
