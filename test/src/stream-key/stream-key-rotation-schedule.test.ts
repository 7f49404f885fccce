import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ManagedStreamKey, StreamKeyRotationSchedule, StreamKeyRotationScheduleOptions } from '../../../src';
import { onlyResource } from '../only-resource';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const MONDAYS = events.Schedule.cron({ minute: '0', hour: '4', weekDay: 'MON' });

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const streamKeyWith = (rotationSchedule?: StreamKeyRotationScheduleOptions) => new ManagedStreamKey(stack, 'Live', { rotationSchedule });
const scheduleWith = (options: StreamKeyRotationScheduleOptions) => {
  streamKeyWith(options);
  return onlyResource(stack, SCHEDULE).Properties;
};
const rulesWith = (options: StreamKeyRotationScheduleOptions) => scheduleWith(options).RotationRules;
const numberParameter = () => new CfnParameter(stack, 'Parameter', { type: 'Number' }).valueAsNumber;

describe('a rotation schedule', () => {
  test('is not there by default', () => {
    streamKeyWith();

    Template.fromStack(stack).resourceCountIs(SCHEDULE, 0);
  });

  test('may be a prop', () => {
    streamKeyWith({});

    Template.fromStack(stack).resourceCountIs(SCHEDULE, 1);
  });

  test('may be added later', () => {
    streamKeyWith().addRotationSchedule('Weekly', { schedule: MONDAYS });

    expect(onlyResource(stack, SCHEDULE).Properties.RotationRules).toEqual({ ScheduleExpression: 'cron(0 4 ? * MON *)' });
  });

  test('may be added without options', () => {
    streamKeyWith().addRotationSchedule('Monthly');

    expect(onlyResource(stack, SCHEDULE).Properties.RotationRules).toEqual({ ScheduleExpression: 'rate(30 days)' });
  });

  test('is handed out when it is added', () => {
    const live = streamKeyWith();

    const schedule = live.addRotationSchedule('Weekly', { schedule: MONDAYS });

    expect(schedule).toBeInstanceOf(StreamKeyRotationSchedule);
    expect(schedule).toBe(live.node.findChild('Weekly'));
  });

  test('is that of the secret', () => {
    expect(scheduleWith({}).SecretId).toEqual({ Ref: onlyResource(stack, 'AWS::SecretsManager::Secret').logicalId });
  });

  test('has the function of the stack rotate the key', () => {
    expect(scheduleWith({}).RotationLambdaARN).toEqual({ 'Fn::GetAtt': [onlyResource(stack, 'AWS::Lambda::Function').logicalId, 'Arn'] });
  });

  test('comes once the stream key is in the secret and the function may be called, and goes before both', () => {
    streamKeyWith({});

    expect(onlyResource(stack, SCHEDULE).DependsOn).toEqual([
      onlyResource(stack, 'Custom::IvsStreamKey').logicalId,
      onlyResource(stack, 'AWS::Lambda::Permission').logicalId,
    ]);
  });

  test('cannot be added to one that is a prop', () => {
    const live = streamKeyWith({});

    expect(() => live.addRotationSchedule('Weekly')).toThrow(new Error(
      '[Stack/Live] `rotationSchedule` must be the only one, as Secrets Manager has one schedule for each secret, '
      + 'got: Weekly besides RotationSchedule. Use one schedule; a cron expression can name several times',
    ));
  });

  test('cannot be added to one that was added before', () => {
    const live = streamKeyWith();
    live.addRotationSchedule('Weekly');

    expect(() => live.addRotationSchedule('Monthly')).toThrow(new Error(
      '[Stack/Live] `rotationSchedule` must be the only one, as Secrets Manager has one schedule for each secret, '
      + 'got: Monthly besides Weekly. Use one schedule; a cron expression can name several times',
    ));
  });
});

describe('a schedule that is made as a construct of its own', () => {
  test('is the same as one that is added', () => {
    const live = streamKeyWith();
    new StreamKeyRotationSchedule(live, 'Weekly', { streamKey: live, automaticallyAfter: Duration.days(7) });
    const other = new Stack(new App(), 'Stack');
    new ManagedStreamKey(other, 'Live').addRotationSchedule('Weekly', { automaticallyAfter: Duration.days(7) });

    expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(other).toJSON());
  });

  test('is the only one', () => {
    const live = streamKeyWith();
    new StreamKeyRotationSchedule(stack, 'Weekly', { streamKey: live });

    expect(() => live.addRotationSchedule('Monthly')).toThrow(/got: Monthly besides Weekly\./);
  });

  test('is one that grantRotate asks for', () => {
    const live = streamKeyWith();
    live.grantRotate(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
    new StreamKeyRotationSchedule(stack, 'Weekly', { streamKey: live });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('the permission of Secrets Manager to call the function', () => {
  test.each([1, 40])('is there once for %d stream keys, for all the secrets of the account', (count) => {
    for (let number = 1; number <= count; number++) new ManagedStreamKey(stack, `Live${number}`, { rotationSchedule: {} });

    expect(onlyResource(stack, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [onlyResource(stack, 'AWS::Lambda::Function').logicalId, 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: {
        'Fn::Join': ['', [
          'arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':secret:*',
        ]],
      },
    });
  });

  test('is not there without a schedule', () => {
    streamKeyWith();

    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 0);
  });
});

describe('a rotation at once', () => {
  test.each<[string, StreamKeyRotationScheduleOptions, boolean]>([
    ['does not come with a new schedule by default', {}, false],
    ['does not come with a new schedule', { rotateImmediatelyOnUpdate: false }, false],
    ['comes with a new schedule that says so', { rotateImmediatelyOnUpdate: true }, true],
  ])('%s', (_, options, immediately) => {
    expect(scheduleWith(options).RotateImmediatelyOnUpdate).toBe(immediately);
  });
});

describe('the time between rotations', () => {
  test('is 30 days by default', () => {
    expect(rulesWith({})).toEqual({ ScheduleExpression: 'rate(30 days)' });
  });

  test.each<[Duration, string]>([
    [Duration.hours(4), 'rate(4 hours)'],
    [Duration.minutes(240), 'rate(4 hours)'],
    [Duration.hours(47), 'rate(47 hours)'],
    [Duration.days(1), 'rate(1 day)'],
    [Duration.hours(24), 'rate(1 day)'],
    [Duration.days(1.5), 'rate(36 hours)'],
    [Duration.days(7), 'rate(7 days)'],
  ])('may be %s, which is %s', (automaticallyAfter, ScheduleExpression) => {
    expect(rulesWith({ automaticallyAfter })).toEqual({ ScheduleExpression });
  });

  test.each([Duration.days(0), Duration.hours(0), Duration.minutes(0)])('may be %s, for rotations by hand only', (automaticallyAfter) => {
    expect(scheduleWith({ automaticallyAfter })).not.toHaveProperty('RotationRules');
  });

  test.each([
    ['hours', Duration.hours],
    ['days', Duration.days],
  ])('may be %s from a parameter', (unit, durationOf) => {
    expect(rulesWith({ automaticallyAfter: durationOf(numberParameter()) })).toEqual({
      ScheduleExpression: { 'Fn::Join': ['', ['rate(', { Ref: 'Parameter' }, ` ${unit})`]] },
    });
  });

  test.each<[Duration, string]>([
    [Duration.millis(1), '1 milli'],
    [Duration.minutes(30), '30 minutes'],
    [Duration.minutes(241), '4 hours 1 minute'],
    [Duration.hours(4.5), '4 hours 30 minutes'],
  ])('may not be %s, but whole hours', (automaticallyAfter, got) => {
    expect(() => streamKeyWith({ automaticallyAfter })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`automaticallyAfter\` must be whole hours, got: ${got}. Secrets Manager opens its rotation windows on the hour`,
    ));
  });

  test.each([1, 3])('may not be %d hours', (hours) => {
    expect(() => streamKeyWith({ automaticallyAfter: Duration.hours(hours) })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`automaticallyAfter\` must be 4 hours or more, or 0, got: ${hours} ${hours === 1 ? 'hour' : 'hours'}. `
      + 'Secrets Manager rotates no secret more often. To rotate after each broadcast, use `rotateAfterStream`',
    ));
  });

  test('may be 999 days', () => {
    expect(rulesWith({ automaticallyAfter: Duration.days(999) })).toEqual({ ScheduleExpression: 'rate(999 days)' });
  });

  test.each<[Duration, string]>([
    [Duration.days(1000), '1000 days'],
    [Duration.hours(23977), '999 days 1 hour'],
  ])('may not be %s', (automaticallyAfter, got) => {
    expect(() => streamKeyWith({ automaticallyAfter })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`automaticallyAfter\` must be 999 days or less, got: ${got}. `
      + 'Choose a shorter time, or `Duration.days(0)` to rotate by hand only',
    ));
  });

  test('may not be minutes from a parameter', () => {
    expect(() => streamKeyWith({ automaticallyAfter: Duration.minutes(numberParameter()) })).toThrow(
      /^\[Stack\/Live\/RotationSchedule\] `automaticallyAfter` must be in hours or days, got: <token> minutes\. Secrets Manager opens its rotation windows on the hour$/,
    );
  });

  test('may not be given together with an expression', () => {
    expect(() => streamKeyWith({ automaticallyAfter: Duration.days(7), schedule: MONDAYS })).toThrow(new Error(
      '[Stack/Live/RotationSchedule] `schedule` must not be given together with `automaticallyAfter`, got: cron(0 4 ? * MON *). Leave one of the two out',
    ));
  });
});

describe('the expression of a schedule', () => {
  test.each<[string, events.Schedule]>([
    ['cron(0 4 ? * MON *)', MONDAYS],
    ['cron(0 8-18/5 * * ? *)', events.Schedule.cron({ minute: '0', hour: '8-18/5' })],
    ['cron(0 0 L * ? *)', events.Schedule.expression('cron(0 0 L * ? *)')],
    ['rate(4 hours)', events.Schedule.rate(Duration.hours(4))],
    ['rate(1 day)', events.Schedule.rate(Duration.days(1))],
    ['rate(10 days)', events.Schedule.expression('rate(10 days)')],
  ])('may be %s', (ScheduleExpression, schedule) => {
    expect(rulesWith({ schedule })).toEqual({ ScheduleExpression });
  });

  test('may come from a parameter', () => {
    const schedule = events.Schedule.expression(new CfnParameter(stack, 'Parameter').valueAsString);

    expect(rulesWith({ schedule })).toEqual({ ScheduleExpression: { Ref: 'Parameter' } });
  });

  test('may have a field from a parameter', () => {
    const schedule = events.Schedule.cron({ minute: '0', hour: new CfnParameter(stack, 'Parameter').valueAsString });

    expect(rulesWith({ schedule })).toEqual({ ScheduleExpression: { 'Fn::Join': ['', ['cron(0 ', { Ref: 'Parameter' }, ' * * ? *)']] } });
  });

  test.each<[string, events.Schedule]>([
    ['rate(30 minutes)', events.Schedule.rate(Duration.minutes(30))],
    ['rate(240 minutes)', events.Schedule.expression('rate(240 minutes)')],
    ['cron(30 4 * * ? *)', events.Schedule.cron({ minute: '30', hour: '4' })],
    ['cron(* 4 * * ? *)', events.Schedule.cron({ hour: '4' })],
    ['cron(0 4 * * ? 2030)', events.Schedule.cron({ minute: '0', hour: '4', year: '2030' })],
    ['cron(0 4 * * ?)', events.Schedule.expression('cron(0 4 * * ?)')],
    ['at(2030-01-01T04:00:00)', events.Schedule.expression('at(2030-01-01T04:00:00)')],
    ['every Monday', events.Schedule.expression('every Monday')],
  ])('may not be %s', (expression, schedule) => {
    expect(() => streamKeyWith({ schedule })).toThrow(new Error(
      '[Stack/Live/RotationSchedule] `schedule` must be a rate in hours or days, or a cron expression with minute 0 and year *, '
      + `got: ${expression}. Secrets Manager opens its rotation windows on the hour`,
    ));
  });

  test.each(['rate(0 days)', 'rate(1 hour)', 'rate(3 hours)'])('may not be %s', (expression) => {
    expect(() => streamKeyWith({ schedule: events.Schedule.expression(expression) })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must be a rate of 4 hours or more, got: ${expression}. Secrets Manager rotates no secret more often`,
    ));
  });
});

describe('the longest rate of an expression', () => {
  test('may be 999 days', () => {
    const schedule = events.Schedule.expression('rate(999 days)');

    expect(rulesWith({ schedule })).toEqual({ ScheduleExpression: 'rate(999 days)' });
  });

  test.each(['rate(1000 days)', 'rate(23977 hours)'])('may not be %s', (expression) => {
    expect(() => streamKeyWith({ schedule: events.Schedule.expression(expression) })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must be a rate of 999 days or less, got: ${expression}. Choose a shorter time`,
    ));
  });
});

describe('the window of a rotation', () => {
  test('is chosen by Secrets Manager by default', () => {
    expect(rulesWith({ schedule: MONDAYS })).not.toHaveProperty('Duration');
  });

  test.each<[Duration, string]>([
    [Duration.hours(1), '1h'],
    [Duration.minutes(120), '2h'],
    [Duration.hours(24), '24h'],
    [Duration.days(1), '24h'],
  ])('may be %s long, which is %s', (window, expected) => {
    expect(rulesWith({ window }).Duration).toBe(expected);
  });

  test('may come with an expression', () => {
    expect(rulesWith({ schedule: MONDAYS, window: Duration.hours(3) })).toEqual({ ScheduleExpression: 'cron(0 4 ? * MON *)', Duration: '3h' });
  });

  test('may be hours from a parameter', () => {
    expect(rulesWith({ window: Duration.hours(numberParameter()) }).Duration).toEqual({ 'Fn::Join': ['', [{ Ref: 'Parameter' }, 'h']] });
  });

  test.each<[Duration, string]>([
    [Duration.hours(0), '0 hours'],
    [Duration.minutes(90), '1 hour 30 minutes'],
    [Duration.hours(25), '1 day 1 hour'],
  ])('may not be %s long', (window, got) => {
    expect(() => streamKeyWith({ window })).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`window\` must be 1 to 24 whole hours, got: ${got}. Leave it out for the window that Secrets Manager chooses`,
    ));
  });

  test.each<[string, StreamKeyRotationScheduleOptions]>([
    ['4h', { automaticallyAfter: Duration.hours(4), window: Duration.hours(4) }],
    ['24h', { automaticallyAfter: Duration.hours(30), window: Duration.hours(24) }],
    ['4h', { schedule: events.Schedule.rate(Duration.hours(4)), window: Duration.hours(4) }],
    ['24h', { schedule: events.Schedule.rate(Duration.days(1)), window: Duration.hours(24) }],
    ['20h', { schedule: MONDAYS, window: Duration.hours(20) }],
    ['24h', { schedule: events.Schedule.cron({ minute: '0', hour: '0' }), window: Duration.hours(24) }],
    ['1h', { schedule: events.Schedule.cron({ minute: '0', hour: '23' }), window: Duration.hours(1) }],
    ['4h', { schedule: events.Schedule.cron({ minute: '0', hour: '12,8,20' }), window: Duration.hours(4) }],
  ])('may last until the next one opens or the day ends (%#: %s)', (expected, options) => {
    expect(rulesWith(options).Duration).toBe(expected);
  });

  test.each<[string, StreamKeyRotationScheduleOptions, string]>([
    ['1 day where the schedule is rate(4 hours)', { automaticallyAfter: Duration.hours(4), window: Duration.hours(24) }, '4 hours'],
    ['5 hours where the schedule is rate(4 hours)', { schedule: events.Schedule.rate(Duration.hours(4)), window: Duration.hours(5) }, '4 hours'],
    ['1 day where the schedule is rate(23 hours)', { schedule: events.Schedule.rate(Duration.hours(23)), window: Duration.days(1) }, '23 hours'],
    ['21 hours where the schedule is cron(0 4 ? * MON *)', { schedule: MONDAYS, window: Duration.hours(21) }, '20 hours'],
    ['2 hours where the schedule is cron(0 23 * * ? *)', { schedule: events.Schedule.cron({ minute: '0', hour: '23' }), window: Duration.hours(2) }, '1 hour'],
    ['5 hours where the schedule is cron(0 12,8 * * ? *)', { schedule: events.Schedule.cron({ minute: '0', hour: '12,8' }), window: Duration.hours(5) }, '4 hours'],
    ['5 hours where the schedule is cron(0 2/10 * * ? *)', { schedule: events.Schedule.cron({ minute: '0', hour: '2/10' }), window: Duration.hours(5) }, '2 hours'],
  ])('may not be %s', (got, options, longest) => {
    expect(() => streamKeyWith(options)).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`window\` must end on the day on which it begins, and before the next one opens, got: ${got}. `
      + `Choose ${longest} or less, or leave it out for the window that Secrets Manager chooses`,
    ));
  });

  test.each<[string, () => StreamKeyRotationScheduleOptions]>([
    ['it', () => ({ automaticallyAfter: Duration.hours(4), window: Duration.hours(numberParameter()) })],
    ['the time between rotations', () => ({ automaticallyAfter: Duration.hours(numberParameter()), window: Duration.hours(24) })],
    ['the schedule', () => ({ schedule: events.Schedule.expression(new CfnParameter(stack, 'Parameter').valueAsString), window: Duration.hours(24) })],
    ['the hour', () => ({ schedule: events.Schedule.cron({ minute: '0', hour: new CfnParameter(stack, 'Parameter').valueAsString }), window: Duration.hours(24) })],
  ])('may be any where %s is a parameter', (_, options) => {
    expect(() => streamKeyWith(options())).not.toThrow();
  });

  test('may not come with rotations by hand only', () => {
    expect(() => streamKeyWith({ automaticallyAfter: Duration.days(0), window: Duration.hours(3) })).toThrow(new Error(
      '[Stack/Live/RotationSchedule] `window` must not be given where rotations come by hand only, got: 3 hours. Leave it out, or give `automaticallyAfter` a time',
    ));
  });
});
