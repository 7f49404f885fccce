import { App, Stack } from 'aws-cdk-lib';
import { BodyWidget, DeployedBody } from './dashboard-body';
import { ManagedStreamKey, StreamKeyDashboard } from '../../../src';

const NAMES = ['Morning', 'Evening', 'Night'];
const COLUMN = 40;
const ROW = 27;
const TOP = 62;
const COLORS = ['line0', 'line1', 'line2'];

/** Values of a line from left to right; a line begins and ends where it has no value. */
type Line = (number | undefined)[];

const NONE: Line = [];
const at = (length: number, values: Record<number, number>): Line => Array.from({ length }, (_, index) => values[index] ?? 0);
const sawtooth = (length: number, every: number, first: number): Line =>
  Array.from({ length }, (_, index) => index < first ? undefined : (index - first) % every);

/** Invented data of the widgets, by the beginning of their titles. A widget without any makes the picture fail. */
const NUMBERS: Record<string, string> = { 'Failed rotations': '1', 'To repair by hand': '1', 'Deferred rotations': '3', 'Repairs': '2' };
const LINES: Record<string, Record<string, Line>> = {
  'On air': {
    Morning: Array.from({ length: 60 }, (_, index) => index < 22 ? 55 + (index * 7) % 5 : undefined),
    Evening: Array.from({ length: 60 }, (_, index) => index > 30 ? 80 + (index * 5) % 7 : undefined),
    Night: NONE,
  },
  'Failed rotations, and': { 'Failed: Evening': at(60, { 18: 1 }), 'Repair needed: Night': at(60, { 50: 1, 52: 1, 54: 1, 56: 1, 58: 1 }) },
  'Days since': { Morning: sawtooth(90, 30, 3), Evening: sawtooth(90, 7, 5), Night: sawtooth(90, 60, 40) },
  'Deferred rotations and': { 'Deferred: Morning': at(60, { 8: 1, 29: 1, 51: 1 }), 'Repaired: Evening': at(60, { 36: 2 }) },
  'Gap': { Morning: at(60, { 9: 420, 30: 390, 52: 450 }), Evening: at(60, { 18: 610 }) },
};
const ROWS: Record<string, string[][]> = {
  'Rotations in': [['', 'Sum'], ['Morning: 12d 4h', '3'], ['Evening: 2h 10m', '13'], ['Night: 50d 7h', '1']],
  'Why': [
    ['@timestamp', 'channelArn', 'message', 'why, remark'],
    ['11-26 02:00', '…/nIgHtNiGhTnI', 'repair needed', 'The secret is scheduled for deletion …'],
    ['11-25 14:30', '…/mOrNiNgMoRnI', 'rotation deferred', 'The rotation is due, and waits for the end of the broadcast …'],
    ['11-23 03:00', '…/eVeNiNgEvEnI', 'rotation failed', 'Access to KMS is not allowed …'],
  ],
};

/** The dashboard of three keys as a picture, drawn from its body with invented data. */
export function dashboardPicture(): string {
  const stack = new Stack(new App(), 'Live', { env: { account: '123456789012', region: 'us-west-2' } });
  new StreamKeyDashboard(stack, 'Dashboard', { streamKeys: NAMES.map((name) => new ManagedStreamKey(stack, name)) });
  const { widgets } = DeployedBody.of(stack);
  const height = TOP + Math.max(...widgets.map((widget) => widget.y + widget.height)) * ROW + 8;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 ${height}" width="980" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">The parts of a StreamKeyDashboard of three stream keys, with invented data</title>',
    '<style>',
    '  text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 11px; fill: #1f2933 }',
    '  .h { font-size: 19px; font-weight: 600 } .t { font-size: 12px; font-weight: 600 } .s { fill: #52606d } .n { font-size: 34px }',
    '  .page { fill: #fff } .w { fill: #f5f7fa; stroke: #d9e2ec } .axis { stroke: #bcccdc } polyline { fill: none; stroke-width: 1.5 }',
    '  .line0 { stroke: #486581 } .line1 { stroke: #b8762a } .line2 { stroke: #6b4fa0 }',
    '</style>',
    `<rect width="980" height="${height}" class="page"/>`,
    text(20, 28, 'h', 'A StreamKeyDashboard'),
    text(20, 48, 's', 'Three stream keys, one week, invented data. Keys have the names of their constructs.'),
    ...widgets.flatMap(draw),
    '</svg>',
  ].join('\n')}\n`;
}

function draw(widget: BodyWidget): string[] {
  const x = 10 + widget.x * COLUMN;
  const y = TOP + widget.y * ROW;
  const width = widget.width * COLUMN - 6;
  const height = widget.height * ROW - 6;
  const { title, view } = widget.properties;
  const content = { singleValue: drawNumber, timeSeries: drawLines, table: drawRows }[view];
  if (!content) throw new Error(`There is no picture of the view ${view}`);
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" class="w"/>`,
    text(x + 10, y + 19, 't', title),
    ...content(title, x + 10, y + 28, width - 20, height - 36),
  ];
}

function drawNumber(title: string, x: number, y: number): string[] {
  return [text(x, y + 44, 'n', exampleOf(NUMBERS, title))];
}

function drawLines(title: string, x: number, y: number, width: number, height: number): string[] {
  const lines = Object.entries(exampleOf(LINES, title)).filter(([, line]) => line.length);
  const bottom = y + height - 18;
  const most = Math.max(...lines.flatMap(([, line]) => line.map((value) => value ?? 0)));
  const shapes = lines.map(([, line], index) => {
    const points = line.flatMap((value, step) => value === undefined ? []
      : [`${Math.round(x + step * width / (line.length - 1))},${Math.round(bottom - value / most * (height - 26))}`]);
    return `<polyline points="${points.join(' ')}" class="${COLORS[index]}"/>`;
  });
  const legend = lines.flatMap(([name], index) => {
    const left = x + index * 150;
    return [`<line x1="${left}" y1="${y + height - 4}" x2="${left + 14}" y2="${y + height - 4}" class="${COLORS[index]}" stroke-width="3"/>`,
      text(left + 20, y + height, 's', name)];
  });
  return [`<line x1="${x}" y1="${bottom}" x2="${x + width}" y2="${bottom}" class="axis"/>`, ...shapes, ...legend];
}

function drawRows(title: string, x: number, y: number, width: number): string[] {
  return exampleOf(ROWS, title).flatMap((cells, row) => {
    const columns = cells.length === 2 ? [0, 0.6] : [0, 0.1, 0.24, 0.38];
    return cells.map((cell, column) => text(Math.round(x + columns[column] * width), y + 16 + row * 24, row ? '' : 's', cell));
  });
}

/** Of all titles that begin the title, the longest. */
function exampleOf<T>(examples: Record<string, T>, title: string): T {
  const [found] = Object.keys(examples).filter((beginning) => title.startsWith(beginning)).sort((one, other) => other.length - one.length);
  if (!found) throw new Error(`There is no example for ${title}`);
  return examples[found];
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
