import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const streamKeyWith = (schedule: events.Schedule) => new ManagedStreamKey(stack, 'Live', { rotationSchedule: { schedule } });
const expressionWith = (schedule: events.Schedule) => {
  streamKeyWith(schedule);
  return onlyResource(stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotationRules.ScheduleExpression;
};

describe('the cron expression of a schedule', () => {
  test.each([
    'cron(0 /8 * * ? *)',
    'cron(0 8/8 * * ? *)',
    'cron(0 2/10 * * ? *)',
    'cron(0 10 * * ? *)',
    'cron(0 18 ? * SAT *)',
    'cron(0 8 1 * ? *)',
    'cron(0 1 ? 1/3 SUN#1 *)',
    'cron(0 17 L * ? *)',
    'cron(0 8 ? * MON-FRI *)',
    'cron(0 16 1,15 * ? *)',
    'cron(0 0 ? 1/11 2#1 *)',
    'cron(0 4 SUNL * ? *)',
  ])('may be %s, which AWS gives as an example', (expression) => {
    expect(expressionWith(events.Schedule.expression(expression))).toBe(expression);
  });

  test.each(['0', '23', '04', '0,12', '20,8', '8,8', '0,4,8,12,16,20', '*/4', '*/5', '*/6', '*/24', '3/4', '8-20/4', '20-4/4', '8-8', '/6'])('may have the hours %s', (hour) => {
    expect(expressionWith(events.Schedule.cron({ minute: '0', hour }))).toBe(`cron(0 ${hour} * * ? *)`);
  });

  test.each(['1', '31', '1-15', '28-3', '*/2', '1/10', '1,L', 'L', 'LW', 'L-3', '15W'])('may have the days of the month %s', (day) => {
    expect(expressionWith(events.Schedule.cron({ minute: '0', hour: '4', day }))).toBe(`cron(0 4 ${day} * ? *)`);
  });

  test.each(['1', '12', 'JAN', 'dec', 'JAN,APR,JUL,OCT', 'NOV-FEB', '1-3', '*/2', 'JAN/3'])('may have the months %s', (month) => {
    expect(expressionWith(events.Schedule.cron({ minute: '0', hour: '4', month }))).toBe(`cron(0 4 * ${month} ? *)`);
  });

  test.each(['1', '7', 'SUN', 'sat', 'MON,THU', 'FRI-MON', '2-6', '1/2', '*', 'L', '6L', 'FRIL', 'TUE#3', '3#5'])('may have the days of the week %s', (weekDay) => {
    expect(expressionWith(events.Schedule.cron({ minute: '0', hour: '4', weekDay }))).toBe(`cron(0 4 ? * ${weekDay} *)`);
  });

  test.each(['24', '99', '0,24', '8-24', '24/4', '-1', '*/0', '4/', '8-', 'A', '0,', '?', 'L', '4#1'])('may not have the hour %s', (hour) => {
    expect(() => streamKeyWith(events.Schedule.cron({ minute: '0', hour }))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must have 0 to 23 for the hour of its cron expression, got: ${hour} in cron(0 ${hour} * * ? *). `
      + 'Mend this field; lists are like 1,5, ranges like 1-5, steps like 1/5 or */5',
    ));
  });

  test.each(['0', '32', '1,32', '20-40', '1/0', '0L', '32W', 'MON', 'FOO', 'FOOL'])('may not have the day of the month %s', (day) => {
    expect(() => streamKeyWith(events.Schedule.cron({ minute: '0', hour: '4', day }))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must have 1 to 31 for the day of the month of its cron expression, got: ${day} in cron(0 4 ${day} * ? *). `
      + 'Mend this field; lists are like 1,5, ranges like 1-5, steps like 1/5 or */5',
    ));
  });

  test.each(['0', '13', 'JAN-13', 'JANUARY', 'MON', '?', 'L'])('may not have the month %s', (month) => {
    expect(() => streamKeyWith(events.Schedule.cron({ minute: '0', hour: '4', month }))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must have 1 to 12 or JAN to DEC for the month of its cron expression, got: ${month} in cron(0 4 * ${month} ? *). `
      + 'Mend this field; lists are like 1,5, ranges like 1-5, steps like 1/5 or */5',
    ));
  });

  test.each(['0', '8', 'FOO', 'MONDAY', 'JAN', 'MON-FOO', '8#1', 'MON#0', 'MON#6'])('may not have the day of the week %s', (weekDay) => {
    expect(() => streamKeyWith(events.Schedule.cron({ minute: '0', hour: '4', weekDay }))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must have 1 to 7 or SUN to SAT for the day of the week of its cron expression, got: ${weekDay} in cron(0 4 ? * ${weekDay} *). `
      + 'Mend this field; lists are like 1,5, ranges like 1-5, steps like 1/5 or */5',
    ));
  });
});

describe('the openings of a cron expression', () => {
  test.each<[string, string]>([
    ['1:00 after 0:00', '*'],
    ['2:00 after 0:00', '*/2'],
    ['3:00 after 0:00', '/3'],
    ['1:00 after 0:00', '*,12'],
    ['12:00 after 9:00', '12,0,9'],
    ['9:00 after 8:00', '8-20'],
    ['10:00 after 8:00', '8-20/2'],
    ['4:00 after 1:00', '1/3'],
    ['5:00 after 4:00', '20-5/4,5'],
    ['9:00 after 6:00', '*/6,9'],
  ])('may not be less than 4 hours apart, such as %s in the hours %s', (openings, hour) => {
    expect(() => streamKeyWith(events.Schedule.cron({ minute: '0', hour, weekDay: 'MON' }))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must leave 4 hours or more between two openings, got: ${openings} in cron(0 ${hour} ? * MON *). `
      + 'Choose other hours, such as */6: Secrets Manager rotates no secret more often',
    ));
  });

  test.each<[string, string]>([
    ['0:00 after 21:00', 'cron(0 */7 * * ? *)'],
    ['0:00 after 22:00', 'cron(0 0,22 * * ? *)'],
    ['2:00 after 23:00', 'cron(0 2,12,23 ? * * *)'],
  ])('may not be less than 4 hours apart over midnight, such as %s in %s', (openings, expression) => {
    expect(() => streamKeyWith(events.Schedule.expression(expression))).toThrow(new Error(
      `[Stack/Live/RotationSchedule] \`schedule\` must leave 4 hours or more between two openings, got: ${openings} in ${expression}. `
      + 'Choose other hours, such as */6: Secrets Manager rotates no secret more often',
    ));
  });

  test.each(['cron(0 */7 ? * MON *)', 'cron(0 0,22 1 * ? *)', 'cron(0 2,12,23 ? * SAT#1 *)'])('may be close over midnight where the next day may have none, as in %s', (expression) => {
    expect(expressionWith(events.Schedule.expression(expression))).toBe(expression);
  });

  test('may be close where a field is a parameter', () => {
    const weekDay = new CfnParameter(stack, 'Parameter').valueAsString;

    expect(expressionWith(events.Schedule.cron({ minute: '0', hour: '*', weekDay }))).toEqual({ 'Fn::Join': ['', ['cron(0 * ? * ', { Ref: 'Parameter' }, ' *)']] });
  });
});
