import type { RecordedCall } from '../local-aws/endpoint/call-log';

/** A step, and the time that it took. Milliseconds of `performance.now()`. */
export interface TimedStep {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The calls that are drawn, each with its colour. */
const CHIPS: Record<string, { readonly label: string; readonly colour: string }> = {
  'ivs:CreateStreamKey': { label: 'create key', colour: '#2f7d4f' },
  'ivs:DeleteStreamKey': { label: 'delete key', colour: '#b83232' },
  'secretsmanager:PutSecretValue': { label: 'store key', colour: '#b8762a' },
  'ivs:StopStream': { label: 'stop stream', colour: '#6b4fa0' },
};
const [WIDTH, LEFT, ROW, CHIP, GAP] = [960, 390, 34, 92, 10];
const TOP = 64;

/** Draws what the function did in each step, from the calls that the local AWS saw: an SVG. */
export function timeline(steps: TimedStep[], calls: readonly RecordedCall[]): string {
  const drawn = calls.filter(({ operation, error }) => operation in CHIPS && !error);
  const rows = steps.map(({ name, from, to }) => ({ name, made: drawn.filter(({ start }) => start >= from && start < to) }));
  const height = TOP + rows.length * ROW + 16;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">The steps of the demo, and the calls with which the function changed the key and the secret in each</title>',
    '<style>text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2933 } .h { font-size: 16px; font-weight: 600 }',
    '  .s { fill: #52606d } .c { fill: #fff; font-size: 12px; text-anchor: middle } .page { fill: #fff } .odd { fill: #f5f7fa }</style>',
    `<rect width="${WIDTH}" height="${height}" class="page"/>`,
    '<text x="20" y="28" class="h">What the function did</text>',
    '<text x="20" y="48" class="s">Its calls that change a key, a secret or a stream, in their order. Looks are left out.</text>',
    ...rows.map(({ name, made }, index) => row(name, made, TOP + index * ROW, index % 2 === 1)),
    '</svg>',
  ].join('\n')}\n`;
}

function row(name: string, made: RecordedCall[], y: number, isOdd: boolean): string {
  const chips = made.map(({ operation }, index) => {
    const { label, colour } = CHIPS[operation];
    const x = LEFT + index * (CHIP + GAP);
    return `<rect x="${x}" y="${y + 6}" width="${CHIP}" height="${ROW - 12}" rx="4" fill="${colour}"/><text x="${x + CHIP / 2}" y="${y + 21}" class="c">${label}</text>`;
  });
  const nothing = `<text x="${LEFT}" y="${y + 21}" class="s">nothing</text>`;
  return [
    ...(isOdd ? [`<rect y="${y}" width="${WIDTH}" height="${ROW}" class="odd"/>`] : []),
    `<text x="20" y="${y + 21}">${escaped(name)}</text>`,
    ...(chips.length ? chips : [nothing]),
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
