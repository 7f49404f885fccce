import { App, Stack } from 'aws-cdk-lib';
import { IManagedStreamKey, ManagedStreamKey, StreamKeyDashboard } from '../../../src';
import { onlyResource } from '../only-resource';

const ENV = { account: '123456789012', region: 'us-west-2' };

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Stack', { env: ENV }); });

const keys = (count: number) => Array.from({ length: count }, (_, index) => new ManagedStreamKey(stack, `Live${index}`));
const imported = (index: number, region = ENV.region) => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, `Imported${index}`, {
  channelArn: `arn:aws:ivs:${region}:123456789012:channel/channel${index}`,
  secretArn: `arn:aws:secretsmanager:${region}:123456789012:secret:live-${String(index).padStart(6, '0')}`,
});
/** The body, with a text for each reference. */
const bodyOf = (streamKeys: IManagedStreamKey[], dashboardName?: string) => {
  new StreamKeyDashboard(stack, 'Dashboard', { streamKeys, dashboardName });
  const { DashboardBody } = onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties;
  const text = typeof DashboardBody === 'string' ? DashboardBody : DashboardBody['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : 'reference').join('');
  return { text, widgets: JSON.parse(text).widgets as any[] };
};
const titles = ({ widgets }: ReturnType<typeof bodyOf>) => widgets.map(({ properties: { title, markdown } }) => title ?? markdown);
const metricsOf = (widget: any): any[] => widget.properties.metrics ?? [];

test('answers at a glance what is live, was rotated last, failed, was deferred and put right', () => {
  expect(titles(bodyOf(keys(1)))).toEqual([
    'All stream keys', 'On air (bits per second)', 'Last rotations, the oldest first', 'Rotations', 'Failed rotations, and looks that ask for a person',
    'Repairs', 'Gap: milliseconds from the old key deleted to the new one stored',
  ]);
});

test('shows the ten channels with the most', () => {
  const { widgets } = bodyOf(keys(2));

  const [{ expression, label }] = metricsOf(widgets.find(({ properties: { title } }) => title === 'Repairs'))[0];
  expect({ expression, label }).toEqual({ expression: 'SORT(REMOVE_EMPTY(METRICS("repairs")), SUM, DESC, 10)', label: '${LABEL}' });
});

test('reads the last rotations from the log of each provider', () => {
  const { widgets } = bodyOf(keys(3));

  const { query } = widgets.find(({ type }) => type === 'log').properties;
  expect(query.match(/SOURCE/g)).toHaveLength(1);
  expect(query).toContain('filter message = "rotated"');
});

test('of imported keys says where their last rotations are', () => {
  expect(titles(bodyOf([imported(1)]))).toContainEqual(expect.stringContaining('They are in the log of the stacks that manage these stream keys.'));
});

test('of a key in another region reads the metrics there', () => {
  const { widgets } = bodyOf([imported(1, 'eu-west-1')]);

  const metrics = widgets.flatMap(metricsOf).map((metric) => metric[metric.length - 1]).filter(({ expression }) => !expression);
  expect(metrics.every(({ region }) => region === 'eu-west-1')).toBe(true);
});

// By ids: CloudFormation allows a stack no more than 500 resources, which imported keys do not have.
test.each([160, 200])('with %d keys stays within what CloudWatch allows', (count) => {
  const { text, widgets } = bodyOf(Array.from({ length: count }, (_, index) => imported(index)));

  const counts = widgets.map((widget) => metricsOf(widget).length);
  expect(counts.reduce((sum, number) => sum + number)).toBeLessThanOrEqual(2500);
  expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
});

test.each([[0, 'Pass'], [201, 'Make a dashboard for each part of them']])('refuses %d keys', (count) => {
  expect(() => bodyOf(Array.from({ length: count }, (_, index) => imported(index)))).toThrow(
    `[Stack/Dashboard] \`streamKeys\` must be 1 to 200 stream keys, as CloudWatch shows 2,500 metrics on a dashboard, got: ${count}. Make a dashboard for each part of them`,
  );
});

test.each<[string, unknown]>([['one key', () => keys(1)[0]], ['text', () => ['live']], ['nothing', () => undefined]])('refuses %s for the keys', (_, streamKeys) => {
  expect(() => new StreamKeyDashboard(stack, 'Dashboard', { streamKeys: (streamKeys as () => any)() })).toThrow(/^\[Stack\/Dashboard\] `streamKeys/);
});

test('may have a name', () => {
  bodyOf(keys(1), 'live');

  expect(onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe('live');
});
