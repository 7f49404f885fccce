import { App, CfnParameter, Lazy, PropertyInjectors, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { BodyWidget, DeployedBody, optionsOf } from './dashboard-body';
import { Channel, IManagedStreamKey, ManagedStreamKey, StreamKeyDashboard, StreamKeyProvider } from '../../../src';
import { onlyResource } from '../only-resource';

const ENV = { account: '123456789012', region: 'us-west-2' };

let stack: Stack;
beforeEach(() => { stack = new Stack(new App(), 'Stack', { env: ENV }); });

const managed = (count: number) => Array.from({ length: count }, (_, index) => new ManagedStreamKey(stack, `Live${index}`));
const imported = (id: string, { region, account } = ENV) => ManagedStreamKey.fromManagedStreamKeyAttributes(stack, id, {
  channelArn: `arn:aws:ivs:${region}:${account}:channel/${id.padStart(12, 'a')}`,
  secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:${id}-AbCdEf`,
});
const manyImported = (count: number) => Array.from({ length: count }, (_, index) => imported(`Imported${index}`));
const dashboardOf = (streamKeys: IManagedStreamKey[], dashboardName?: string) =>
  new StreamKeyDashboard(stack, 'Dashboard', { streamKeys, dashboardName });
const bodyOf = (streamKeys: IManagedStreamKey[]) => {
  dashboardOf(streamKeys);
  return DeployedBody.of(stack);
};
const expressionsOf = (widget: BodyWidget) => optionsOf(widget).map(({ expression }) => expression).filter(Boolean);
const metricsOf = (widget: BodyWidget) => (widget.properties.metrics ?? []).filter((metric) => typeof metric[0] === 'string');

describe('the widgets', () => {
  test('are the same for one key and for 160', () => {
    const titlesOf = (count: number) => {
      stack = new Stack(new App(), 'Stack', { env: ENV });
      return bodyOf(managed(count)).widgets.map(({ properties: { title } }) => title);
    };

    expect(titlesOf(1)).toEqual([
      'Failed rotations',
      'To repair by hand (24 hours)',
      'Deferred rotations',
      'Repairs',
      'On air in the last 3 hours: bits of video per second',
      'Rotations in the last 90 days, and the time since the last one',
      'Failed rotations, and repairs needed by hand',
      'Days since the last rotation, over 90 days',
      'Deferred rotations and repairs',
      'Gap in milliseconds, from the old key deleted to the new one stored',
      'Why rotations failed or were deferred, and what needs a repair by hand',
    ]);
    expect(titlesOf(160)).toEqual(titlesOf(1));
  });

  test('fill a grid of 24 columns without overlapping', () => {
    const { widgets } = bodyOf(managed(1));

    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + cell % width},${y + Math.floor(cell / width)}`));
    const bottom = Math.max(...widgets.map(({ y, height }) => y + height));
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length).toBe(24 * bottom);
  });

  test('show every channel that is on air, by its video bit rate', () => {
    const widget = bodyOf(managed(2)).widget('On air');
    const place = { accountId: ENV.account, region: ENV.region };

    expect(expressionsOf(widget)).toEqual(['SORT(REMOVE_EMPTY(METRICS("onAir")), AVG, DESC)']);
    expect(metricsOf(widget)[1]).toEqual([
      'AWS/IVS', 'IngestVideoBitrate', 'Channel', 'AbCdEfGhIjKl', { ...place, id: 'onAir1', label: 'Stack/Live1', visible: false, period: 60 },
    ]);
  });

  test('show for each key when it was rotated last', () => {
    const widget = bodyOf(managed(2)).widget('Rotations in the last 90 days');

    expect(widget.properties.view).toBe('table');
    expect(metricsOf(widget).map(([, name, , , { label }]) => [name, label])).toEqual([
      ['Rotations', 'Stack/Live0: ${LAST_TIME_RELATIVE}'],
      ['Rotations', 'Stack/Live1: ${LAST_TIME_RELATIVE}'],
    ]);
  });

  test('show the age of the keys from their last rotation on', () => {
    const widget = bodyOf(managed(2)).widget('Days since the last rotation');

    expect(expressionsOf(widget)).toEqual([
      'SORT(REMOVE_EMPTY([a0,a1]), MAX, DESC, 10)',
      'IF(FILL(IF(r0, EPOCH(r0)), REPEAT), (EPOCH(r0) - FILL(IF(r0, EPOCH(r0)), REPEAT)) / 86400)',
      'IF(FILL(IF(r1, EPOCH(r1)), REPEAT), (EPOCH(r1) - FILL(IF(r1, EPOCH(r1)), REPEAT)) / 86400)',
    ]);
  });

  test.each([
    ['Failed rotations, and', ['RotationFailures', 'RepairsNeeded']],
    ['Deferred rotations and', ['RotationsDeferred', 'Repairs']],
    ['Gap', ['RotationGap']],
  ])('%s … show the ten keys with the most', (title, names) => {
    const widget = bodyOf(managed(1)).widget(title);

    expect(metricsOf(widget).map(([, name]) => name)).toEqual(names);
    for (const expression of expressionsOf(widget)) {
      expect(expression).toMatch(/^SORT\(FILL\(REMOVE_EMPTY\(METRICS\("\w+"\)\), 0\), (SUM|MAX), DESC, 10\)$/);
    }
  });

  test('have no two kinds of metrics that METRICS() would confuse', () => {
    for (const widget of bodyOf(managed(1)).widgets) {
      const ids = optionsOf(widget).map(({ id }) => id).filter(Boolean);
      const words = expressionsOf(widget).flatMap((expression) => [...expression.matchAll(/METRICS\("(\w+)"\)/g)].map(([, word]) => word));
      for (const word of words) expect(ids.filter((id) => id.includes(word))).toEqual([`${word}0`]);
    }
  });

  test('use no functions but those of CloudWatch\'s reference', () => {
    const text = bodyOf(managed(1)).widgets.flatMap(expressionsOf).join();

    expect([...new Set(text.match(/\b[A-Z_]+(?=\()/g))].sort())
      .toEqual(['DATAPOINT_COUNT', 'EPOCH', 'FILL', 'IF', 'METRICS', 'REMOVE_EMPTY', 'SORT', 'SUM']);
  });
});

describe('the reasons', () => {
  test('are read from each log group once', () => {
    const own = new StreamKeyProvider(stack, 'Provider');
    const { properties: { query } } = bodyOf([...managed(2), new ManagedStreamKey(stack, 'Own', { provider: own })]).widget('Why');

    expect(query!.match(/SOURCE/g)).toHaveLength(2);
    expect(query).toContain('filter message in ["rotation failed", "rotation not finished", "rotation deferred", "repair needed"]');
  });

  test('of more than 50 log groups are in several widgets', () => {
    const keys = Array.from({ length: 51 }, (_, index) =>
      new ManagedStreamKey(new Stack(stack.node.root, `Other${index}`, { env: ENV }), 'Live'));

    const queries = bodyOf(keys).widgets.filter(({ type }) => type === 'log').map(({ properties: { query } }) => query!.match(/SOURCE/g)!.length);

    expect(queries).toEqual([50, 1]);
  });

  test('of imported keys are unknown', () => {
    expect(bodyOf([imported('Live')]).widgets.filter(({ type }) => type === 'log')).toEqual([]);
  });
});

describe('within the limits of CloudWatch and CloudFormation', () => {
  test.each<[string, () => IManagedStreamKey[]]>([
    ['160 keys of this stack', () => managed(160)],
    ['190 imported keys', () => manyImported(190)],
  ])('are %s', (_, streamKeys) => {
    const { text, widgets } = bodyOf(streamKeys());

    const counts = widgets.map((widget) => optionsOf(widget).length);
    expect(widgets.length).toBeLessThanOrEqual(500);
    expect(Math.max(...counts)).toBeLessThanOrEqual(500);
    expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2_500);
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    expect(Math.max(...widgets.flatMap(expressionsOf).map(({ length }) => length))).toBeLessThanOrEqual(1_024);
    expect(Buffer.byteLength(JSON.stringify(Template.fromStack(stack).toJSON(), null, 1))).toBeLessThan(1_000_000);
  });

  test('a further key adds its channel and its name to the template once', () => {
    const [text, variables] = (() => {
      dashboardOf(managed(3));
      return onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody['Fn::Sub'];
    })();

    expect(text).not.toContain('Live1');
    expect(Object.values(variables).filter((value) => value === 'Stack/Live1')).toHaveLength(1);
    expect(Object.values(variables)).toHaveLength(3 + 3 + 1);
  });
});

describe('a key', () => {
  test('of another region has its metrics there', () => {
    const { widgets } = bodyOf([imported('Live', { account: ENV.account, region: 'eu-west-1' })]);

    for (const widget of widgets) {
      expect(widget.properties.region).toBe('us-west-2');
      for (const metric of metricsOf(widget)) expect(metric.at(-1)).toMatchObject({ region: 'eu-west-1' });
    }
  });

  test('of another account has its metrics there', () => {
    const { widgets } = bodyOf([imported('Live', { account: '210987654321', region: ENV.region })]);

    for (const metric of widgets.flatMap(metricsOf)) expect(metric.at(-1)).toMatchObject({ accountId: '210987654321' });
  });

  test('with a channel in another region has the metrics of IVS there, and the others in its own', () => {
    const channel = Channel.fromChannelArn(stack, 'Channel', 'arn:aws:ivs:us-east-1:123456789012:channel/abcdABCDefgh');
    const body = bodyOf([new ManagedStreamKey(stack, 'Live', { channel })]);

    expect(metricsOf(body.widget('On air'))[0].at(-1)).toMatchObject({ region: 'us-east-1' });
    expect(metricsOf(body.widget('Gap'))[0].at(-1)).toMatchObject({ region: 'us-west-2' });
  });

  test('of another stack is shown with its log', () => {
    const other = new Stack(stack.node.root, 'Other', { env: ENV });
    const body = bodyOf([new ManagedStreamKey(other, 'Live')]);

    expect(optionsOf(body.widget('Gap'))[1].label).toBe('Other/Live');
    expect(body.widget('Why').properties.region).toBe('us-west-2');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('Fn::ImportValue');
  });

  test('of a stack that may be deployed anywhere is shown in the region of the stack', () => {
    stack = new Stack(new App(), 'Stack');
    const { widgets } = bodyOf(managed(1));

    expect(new Set(widgets.map(({ properties: { region } }) => region))).toEqual(new Set(['us-east-1']));
  });

  test('may be imported by ARNs that are known only at deployment', () => {
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    const live = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn: parameter('Channel'), secretArn: parameter('Secret') });

    expect(metricsOf(bodyOf([live]).widget('Gap'))[0].slice(0, 4)).toEqual(['ManagedStreamKey', 'RotationGap', 'Channel', 'AbCdEfGhIjKl']);
  });

  test('may have any name', () => {
    const { widgets } = bodyOf([new ManagedStreamKey(stack, 'The "main" stage \\ ${evening}')]);

    expect(optionsOf(widgets[0])[1].label).toBe('Stack/The "main" stage \\ ${evening}');
  });
});

describe('the dashboard', () => {
  test('has a generated name by default', () => {
    const { dashboardName } = dashboardOf(managed(1));

    expect(onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBeUndefined();
    expect(stack.resolve(dashboardName)).toEqual({ Ref: onlyResource(stack, 'AWS::CloudWatch::Dashboard').logicalId });
  });

  test('has the name that it is given', () => {
    dashboardOf(managed(1), 'live-channels');

    expect(onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe('live-channels');
  });

  test('can be referred to', () => {
    const { dashboardName, dashboardRef } = dashboardOf(managed(1));

    expect(stack.resolve(dashboardRef.dashboardName)).toEqual(stack.resolve(dashboardName));
  });

  test('shows the last week', () => {
    expect(JSON.parse(bodyOf(managed(1)).text).start).toBe('-P7D');
  });

  test('is put up without a warning', () => {
    dashboardOf([...managed(1), imported('Live')]);

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('takes the props of a property injector', () => {
    PropertyInjectors.of(stack).add({
      constructUniqueId: StreamKeyDashboard.PROPERTY_INJECTION_ID,
      inject: (props) => ({ dashboardName: 'injected', ...props }),
    });
    new StreamKeyDashboard(stack, 'Dashboard', { streamKeys: managed(1) });

    expect(onlyResource(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe('injected');
  });
});

describe('is refused, with the reason:', () => {
  const refused = (streamKeys: unknown, dashboardName?: unknown) => () =>
    new StreamKeyDashboard(stack, 'Dashboard', { streamKeys, dashboardName } as any);

  test.each<[string, () => unknown, string]>([
    ['no list', () => undefined, 'must be a list that is not empty, got: none. Write it like [live]'],
    ['an empty list', () => [], 'must be a list that is not empty, got: [] (a list). Write it like [live]'],
    ['a key instead of a list', () => managed(1)[0], 'must be a list that is not empty, got: Stack/Live0 (a construct). Write it like [live]'],
    ['a list that is known only at deployment', () => Lazy.list({ produce: () => [] }),
      'must be known when the template is made, got: a token. Write the list out, like [live]'],
    ['191 keys', () => manyImported(191),
      'must be 190 stream keys at most, as CloudWatch shows no more than 2,500 metrics on a dashboard, got: 191. Split them between several dashboards'],
    ['a key twice', () => { const [live] = managed(1); return [live, live]; },
      'must have each stream key once, or the sums would count it twice, got: Stack/Live0 twice. Remove one'],
  ])('%s', (_, streamKeys, message) => {
    expect(refused(streamKeys())).toThrow(new Error(`[Stack/Dashboard] \`streamKeys\` ${message}`));
  });

  test('a channel among the keys', () => {
    expect(refused([new Channel(stack, 'Channel')])).toThrow(
      new Error('[Stack/Dashboard] `streamKeys[0]` must be a stream key, got: Stack/Channel (a construct). Pass a ManagedStreamKey, or import one'));
  });

  test.each<[string, unknown, string]>([
    ['a name with a space', 'live channels',
      'must be 1 to 255 letters, digits, `-` and `_`, got: live channels. Choose another name, or leave it out for a generated one'],
    ['an empty name', '', 'must be 1 to 255 letters, digits, `-` and `_`, got: \'\'. Choose another name, or leave it out for a generated one'],
    ['a long name', 'x'.repeat(256),
      `must be 1 to 255 letters, digits, \`-\` and \`_\`, got: ${'x'.repeat(256)} (256 characters). `
      + 'Choose another name, or leave it out for a generated one'],
    ['a number for the name', 1, 'must be a string, got: 1 (a number). Give it as text, or leave it out for a generated name'],
  ])('%s', (_, name, message) => {
    expect(refused(managed(1), name)).toThrow(new Error(`[Stack/Dashboard] \`dashboardName\` ${message}`));
  });
});
