import type { Observation } from '../observation';
import { refusalOf } from '../refusal';
import { rotate, rotatedSecret, ROTATOR } from '../rotator';

/** Hours of a cron expression in the forms that other services take. */
const HOURS = ['0/6', '0,12', '8-20/6', '*/6'];

export const smCronHours: Observation = {
  id: 'sm-cron-hours',
  question: 'Which forms of hours does a rotation schedule accept in cron()?',
  resources: { ...ROTATOR, CronHoursSecret: rotatedSecret('cron-hours', 'put-both') },
  async observe(context) {
    const answers: Record<string, string> = {};
    for (const hours of HOURS) {
      const rules = { RotateImmediately: false, RotationRules: { ScheduleExpression: `cron(0 ${hours} * * ? *)` } };
      answers[hours] = (await refusalOf(rotate(context, 'CronHoursSecret', rules)))?.name ?? 'accepted';
    }
    const accepted = HOURS.filter((hours) => answers[hours] === 'accepted');
    return { seen: `Accepted: ${accepted.join(' ') || 'none'}.`, reading: { cronHours: accepted.join(' ') }, evidence: answers };
  },
};
