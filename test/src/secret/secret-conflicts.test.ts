import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ManagedStreamKey } from '../../../src';

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

const synth = () => app.synth();

describe('the name of a secret', () => {
  const advice = 'Choose another name, or leave it out for a generated one';

  test('may not be that of another stream key\'s secret', () => {
    new ManagedStreamKey(stack, 'Morning', { secretName: 'live/main' });
    new ManagedStreamKey(stack, 'Evening', { secretName: 'live/main' });

    expect(synth).toThrow(`[Stack/Evening] \`secretName\` must be the name of one secret in an account and region, got: 'live/main', the name of Stack/Morning/Secret/Resource as well. ${advice}`);
  });

  test('may not be that of a secret which another construct makes', () => {
    new secretsmanager.Secret(stack, 'Other', { secretName: 'live/main' });
    new ManagedStreamKey(stack, 'Live', { secretName: 'live/main' });

    expect(synth).toThrow(`got: 'live/main', the name of Stack/Other/Resource as well. ${advice}`);
  });

  test('may be the same in another region', () => {
    for (const region of ['us-east-1', 'eu-west-1']) {
      new ManagedStreamKey(new Stack(app, region, { env: { account: '123456789012', region } }), 'Live', { secretName: 'live/main' });
    }

    expect(synth).not.toThrow();
  });
});

describe('a secret of the user with a rotation schedule', () => {
  const rotate = (secret: secretsmanager.ISecret) => {
    const code = lambda.Code.fromInline('exports.handler = async () => {}');
    const rotationLambda = new lambda.Function(stack, 'Rotate', { code, handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X });
    secret.addRotationSchedule('Schedule', { rotationLambda });
  };
  const message = 'must have no rotation schedule but that of the stream key, as Secrets Manager has one for each secret, got: Stack/Own/Schedule/Resource. '
    + 'Take that schedule out, and use `rotationSchedule` or addRotationSchedule of the ManagedStreamKey';

  test('is refused, as that function would overwrite the stream key', () => {
    const secret = new secretsmanager.Secret(stack, 'Own');
    rotate(secret);
    new ManagedStreamKey(stack, 'Live', { secret });

    expect(synth).toThrow(`[Stack/Live] \`secret\` ${message}`);
  });

  test('is refused if the schedule comes later in the program', () => {
    const secret = new secretsmanager.Secret(stack, 'Own');
    new ManagedStreamKey(stack, 'Live', { secret, rotationSchedule: {} });
    rotate(secret);

    expect(synth).toThrow(message);
  });

  test('is refused if the secret is imported', () => {
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Own', 'arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf');
    rotate(secret);
    new ManagedStreamKey(stack, 'Live', { secret });

    expect(synth).toThrow(message);
  });

  test('is taken if the schedule is that of the stream key', () => {
    new ManagedStreamKey(stack, 'Live', { secret: new secretsmanager.Secret(stack, 'Own'), rotationSchedule: { automaticallyAfter: Duration.days(7) } });

    expect(synth).not.toThrow();
  });
});
