import * as fs from 'node:fs';
import * as path from 'node:path';
import { decisionTable } from './decision-table';

const page = path.join(__dirname, '..', '..', 'docs', 'decisions-of-the-handler.md');
const text = fs.readFileSync(page, 'utf8');
fs.writeFileSync(page, text.replace(/\| \| If \|[^]*?(?=\n\n|\n*$)/, () => decisionTable()));
