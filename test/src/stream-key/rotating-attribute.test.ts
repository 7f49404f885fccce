import { App, CfnOutput, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const env = { account: '111111111111', region: 'us-west-2' };

let app: App;
let stack: Stack;
let live: ManagedStreamKey;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Live', { env });
  live = new ManagedStreamKey(stack, 'Live');
});

/** A resource of a stack that uses a value. */
const use = (inStack: Stack, value: unknown) => new CfnResource(inStack, 'User', { type: 'Test::User', properties: { value } });
const usedIn = (inStack: Stack) => onlyResource(inStack, 'Test::User').Properties.value;

describe.each<['secretVersionId' | 'streamKeyArn', string]>([
  ['secretVersionId', 'SecretVersionId'],
  ['streamKeyArn', 'StreamKeyArn'],
])('%s', (name, attribute) => {
  const getAtt = () => ({ 'Fn::GetAtt': [onlyResource(stack, 'Custom::IvsStreamKey').logicalId, attribute] });

  test('is a string in its stack', () => {
    use(stack, [live[name], `at ${live[name]}`, Fn.join('/', [live[name], 'x']), stack.toJsonString({ it: live[name] })]);

    expect(usedIn(stack)).toEqual([
      getAtt(),
      { 'Fn::Join': ['', ['at ', getAtt()]] },
      { 'Fn::Join': ['/', [getAtt(), 'x']] },
      { 'Fn::Join': ['', ['{"it":"', getAtt(), '"}']] },
    ]);
  });

  test('is a parameter of a nested stack', () => {
    const nested = new NestedStack(stack, 'Nested');
    use(nested, live[name]);

    const { Ref: parameter } = usedIn(nested);
    expect(onlyResource(stack, 'AWS::CloudFormation::Stack').Properties.Parameters).toEqual({ [parameter]: getAtt() });
  });

  test('comes out of a nested stack and into another one', () => {
    const nested = new NestedStack(stack, 'Nested');
    const sibling = new NestedStack(new NestedStack(stack, 'Sibling'), 'Inner');
    use(sibling, new ManagedStreamKey(nested, 'Other')[name]);

    expect(usedIn(sibling)).toEqual({ Ref: expect.stringContaining(attribute) });
    expect(Template.fromStack(stack).findOutputs('*')).toEqual({});
  });

  test('can be exported by whoever knows what it means', () => {
    new CfnOutput(stack, 'Output', { value: live[name], exportName: 'mine' });
    stack.exportValue(live[name]);

    expect(Object.values(Template.fromStack(stack).findOutputs('*'))).toEqual([
      { Value: getAtt(), Export: { Name: 'mine' } },
      { Value: getAtt(), Export: { Name: expect.stringMatching(`^Live:ExportsOutput.*${attribute}`) } },
    ]);
  });

  test('must not be used in another stack, which would import it or not see it change', () => {
    use(new Stack(app, 'Other', { env }), live[name]);

    expect(() => app.synth()).toThrow(`[Live/Live] \`${name}\` must not be used outside of the stack Live and those nested in it, as rotations change it: `
      + 'an export cannot change while another stack imports it, and a weak reference does not update the stack that has it, got: Other/User. Put what uses it into that stack or one nested in it; '
      + 'elsewhere, use `onRotated`, or read it from `secret` by GetSecretValue');
  });

  test.each<[string, (value: string) => void]>([
    ['in a longer string', (value) => use(new Stack(app, 'Other', { env }), `at ${value}`)],
    ['in JSON', (value) => {
      const other = new Stack(app, 'Other', { env });
      use(other, other.toJsonString({ value }));
    }],
    ['in an output', (value) => new CfnOutput(new Stack(app, 'Other', { env }), 'User', { value })],
    ['in a stack nested in another one', (value) => use(new NestedStack(new Stack(app, 'Other', { env }), 'Nested'), value)],
    ['in a stack below its own that is not nested in it', (value) => use(new Stack(stack, 'Below', { env }), value)],
    ['in another region', (value) => use(new Stack(app, 'Other', { env: { ...env, region: 'eu-west-1' }, crossRegionReferences: true }), value)],
    ['in the environment of a container', (value) => new ecs.FargateTaskDefinition(new Stack(app, 'Other', { env }), 'Task').addContainer('Encoder', {
      image: ecs.ContainerImage.fromRegistry('encoder'), environment: { VERSION: value },
    })],
  ])('must not be used in another stack %s', (_, useElsewhere) => {
    useElsewhere(live[name]);

    expect(() => app.synth()).toThrow(`[Live/Live] \`${name}\` must not be used outside of the stack Live and those nested in it`);
  });

  test('of a nested stack must not be used outside of the stack that it is nested in', () => {
    const nested = new NestedStack(stack, 'Nested');
    use(new Stack(app, 'Other', { env }), new ManagedStreamKey(nested, 'Other')[name]);

    expect(() => app.synth()).toThrow(`[Live/Nested/Other] \`${name}\` must not be used outside of the stack Live and those nested in it`);
  });
});

test('a reference to the stream key must not be used in another stack', () => {
  use(new Stack(app, 'Other', { env }), live.streamKeyRef.streamKeyArn);

  expect(() => app.synth()).toThrow('[Live/Live] `streamKeyArn` must not be used outside of the stack Live and those nested in it');
});
