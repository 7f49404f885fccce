import * as fs from 'node:fs';
import * as path from 'node:path';
import { dashboardPicture } from './dashboard-picture';

fs.writeFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'dashboard.svg'), dashboardPicture());
