import type { Reading } from './observation';
import type { Result } from './observe';

/** A table of what was seen, and which reading of docs/assumptions.md it supports. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.map(({ id, outcome, seen, reading }) => [id, reading ? inWords(reading) : outcome, seen]);
  const head = ['Observation', 'Supports', 'Seen'];
  const widths = [0, 1].map((column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  return [head, ...rows].map(([id, supports, seen]) => `${id.padEnd(widths[0])}  ${supports.padEnd(widths[1])}  ${seen}`).join('\n');
}

function inWords(reading: Reading): string {
  return Object.entries(reading).map(([name, value]) => `${name} = ${value}`).join(', ');
}
