import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ManagedStreamKey, ManagedStreamKeyAttributes, SecretField } from '../../../src';

const CHANNEL_ARN = 'arn:aws:ivs:eu-west-1:222222222222:channel/abcdABCDefgh';
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:222222222222:secret:live-AbCdEf';
const KEY_ARN = 'arn:aws:kms:us-west-2:222222222222:key/11111111-2222-3333-4444-555555555555';

let stack: Stack;
let encoder: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'us-east-1' } });
  encoder = new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
});

const importedWith = (more: Partial<ManagedStreamKeyAttributes> = {}) =>
  ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN, ...more });

const mayDo = (...statements: object[]) => {
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [stack.resolve(encoder.roleName)],
    PolicyDocument: { Statement: Match.arrayWith(statements) },
  });
};

describe('a stream key that is managed elsewhere', () => {
  test('brings nothing into the template', () => {
    importedWith();

    expect(Object.values(Template.fromStack(stack).toJSON().Resources)).toHaveLength(1);
  });

  test('has the channel and the secret that it was given', () => {
    const live = importedWith();

    expect(live.channel.channelRef.channelArn).toBe(CHANNEL_ARN);
    expect(live.secret.secretArn).toBe(SECRET_ARN);
  });

  test('is in the account and region of its secret', () => {
    expect(importedWith().env).toEqual({ account: '222222222222', region: 'us-west-2' });
  });

  test('can be granted to be read', () => {
    importedWith().grantRead(encoder);

    mayDo({ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: SECRET_ARN });
  });

  test('can be decrypted by those who may read it, through Secrets Manager of its region', () => {
    importedWith({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }).grantRead(encoder);

    mayDo({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-west-2.amazonaws.com' } },
    });
  });

  test('has fields that CloudFormation reads', () => {
    expect(stack.resolve(importedWith().secretValue(SecretField.RTMPS_URL)))
      .toBe(`{{resolve:secretsmanager:${SECRET_ARN}:SecretString:rtmpsUrl::}}`);
  });

  test('has fields that ECS reads', () => {
    expect(importedWith().ecsSecret(SecretField.RTMPS_URL).arn).toBe(`${SECRET_ARN}:rtmpsUrl::`);
  });

  describe('has metrics', () => {
    const placeOfMetric = (more: Partial<ManagedStreamKeyAttributes> = {}) => {
      const { account, region } = stack.resolve(importedWith(more).metricRotations().toMetricConfig().metricStat);
      return { account, region };
    };

    test('of the channel, counted by the handler', () => {
      expect(stack.resolve(importedWith().metricRotations().toMetricConfig().metricStat)).toMatchObject({
        namespace: 'ManagedStreamKey', metricName: 'Rotations', dimensions: [{ name: 'Channel', value: 'abcdABCDefgh' }],
      });
    });

    test('in the region of the channel, where the secret is a replica in another one', () => {
      expect(placeOfMetric()).toEqual({ account: '222222222222', region: 'eu-west-1' });
    });

    test('in the region that was given, where the channel is in another one', () => {
      expect(placeOfMetric({ primaryRegion: 'us-west-2' })).toEqual({ account: '222222222222', region: 'us-west-2' });
    });

    test('in the region of the secret, where the channel\'s is unknown', () => {
      expect(placeOfMetric({ channelArn: new CfnParameter(stack, 'ChannelArn').valueAsString })).toEqual({ account: '222222222222', region: 'us-west-2' });
    });

    test('in the region of the metric options', () => {
      const { region } = importedWith({ primaryRegion: 'us-west-2' }).metricRotations({ region: 'ap-south-1' });

      expect(region).toBe('ap-south-1');
    });
  });

  test('may have ARNs from parameters', () => {
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    const live = importedWith({ channelArn: parameter('ChannelArn'), secretArn: parameter('SecretArn') });

    live.grantRead(encoder);

    expect(stack.resolve(live.channel.channelRef.channelArn)).toEqual({ Ref: 'ChannelArn' });
    mayDo(Match.objectLike({ Resource: { Ref: 'SecretArn' } }));
  });
});

describe.each<['streamKeyArn' | 'secretVersionId', string]>([
  ['streamKeyArn', 'arn:aws:ivs:eu-west-1:222222222222:stream-key/efghEFGHijkl'],
  ['secretVersionId', '0123456789abcdef0123456789abcdef'],
])('%s', (name, value) => {
  test('is the one that was given', () => {
    expect(importedWith({ [name]: value })[name]).toBe(value);
  });

  test('may come from a parameter', () => {
    expect(stack.resolve(importedWith({ [name]: new CfnParameter(stack, 'Parameter').valueAsString })[name])).toEqual({ Ref: 'Parameter' });
  });

  test('cannot be asked for if it was not given', () => {
    const live = importedWith();

    expect(() => live[name]).toThrow(new Error(
      `[Stack/Live] \`${name}\` must have been given to fromManagedStreamKeyAttributes where it is asked for, got: none. Add it to the attributes`,
    ));
  });
});

describe('what was given', () => {
  test('must have the ARN of a channel', () => {
    expect(() => importedWith({ channelArn: SECRET_ARN })).toThrow(new Error(
      '[Stack/Live] `channelArn` must be the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh, '
      + `got: ${SECRET_ARN}. Copy it from the output of \`aws ivs list-channels\``,
    ));
  });

  test.each([
    CHANNEL_ARN, 'live', SECRET_ARN.slice(0, -7), 'arn:aws:secretsmanager:us-west-2:222222222222:secret:live-Ab',
  ])('must have the complete ARN of a secret, not %s', (secretArn) => {
    expect(() => importedWith({ secretArn })).toThrow(new Error(
      '[Stack/Live] `secretArn` must be the complete ARN of a secret, like arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf, '
      + `got: ${secretArn}. Copy it from the output of \`aws secretsmanager describe-secret\`: the six characters at its end belong to it`,
    ));
  });
});
