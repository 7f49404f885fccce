import * as fs from 'node:fs';
import * as path from 'node:path';

/** The regions of the partition aws, as botocore lists them: `npx projen local-aws:models` writes them. */
export const REGIONS: readonly string[] = JSON.parse(fs.readFileSync(path.join(__dirname, 'regions.json'), 'utf8')).regions;
