import * as fs from 'node:fs';
import * as path from 'node:path';
import { dashboardPicture } from './dashboard-picture';

test('docs/dashboard.svg is drawn from the dashboard; if it is not, run npx tsx test/src/dashboard/write-dashboard-picture.ts', () => {
  const drawn = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'dashboard.svg'), 'utf8');

  expect(drawn).toBe(dashboardPicture());
});
