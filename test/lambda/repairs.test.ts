import { isFought, repairedTag, toldTag, wasTold } from '../../lambda/stream-key/repairs';
import { LookAfterTag } from '../../src/contract/tags';

const NOON = new Date('2026-11-26T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOON.getTime() - minutes * 60_000);
const secretWith = (tags: Record<string, string>) => ({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
const repairedAt = (...times: Date[]) => secretWith(times.reduce((tags, time) => repairedTag(secretWith(tags), time), {}));

test.each([
  [false, []], [false, [10]], [true, [50, 10]], [false, [61, 10]], [true, [200, 50, 10]],
])('is fought: %s, if it was repaired %j minutes ago', (expected, minutes) => {
  expect(isFought(repairedAt(...minutes.map(minutesAgo)), NOON)).toBe(expected);
});

test('remembers two repairs', () => {
  const [{ Value }] = repairedAt(minutesAgo(3), minutesAgo(2), minutesAgo(1)).Tags;

  expect(Value.split(' ')).toEqual([minutesAgo(1).toISOString(), minutesAgo(2).toISOString()]);
});

test.each([
  ['the same trouble', 'full', 23, true], ['the same trouble', 'full', 25, false], ['another trouble', 'refused', 1, false],
])('%s, %s, that was told %d hours ago counts as told: %s', (_, trouble, hours, expected) => {
  expect(wasTold(toldTag('full', minutesAgo(hours * 60)), trouble, NOON)).toBe(expected);
});

test('a tag that somebody has changed counts as none', () => {
  expect(isFought(secretWith({ [LookAfterTag.REPAIRED]: 'yes no' }), NOON)).toBe(false);
  expect(wasTold({ [LookAfterTag.TOLD]: 'full' }, 'full', NOON)).toBe(false);
});
