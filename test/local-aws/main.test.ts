import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { IvsClient, ListChannelsCommand } from '@aws-sdk/client-ivs';

const ROOT = path.join(__dirname, '..', '..');

test('prints the variables for its clients', async () => {
  // Without the tsx command in between: it kills what does not answer to a signal within 30 milliseconds.
  const server = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'local-aws', 'main.ts'), '--port', '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const variables = new Map<string, string>();
  await new Promise<void>((resolve) => createInterface(server.stdout).on('line', (line) => {
    const [, name, value] = /^export (\w+)=(.+)$/.exec(line) ?? [];
    if (name) variables.set(name, value);
    if (name === 'AWS_EC2_METADATA_DISABLED') resolve();
  }));

  const client = new IvsClient({
    endpoint: variables.get('AWS_ENDPOINT_URL'),
    region: variables.get('AWS_REGION'),
    credentials: { accessKeyId: variables.get('AWS_ACCESS_KEY_ID')!, secretAccessKey: variables.get('AWS_SECRET_ACCESS_KEY')! },
  });
  const { channels } = await client.send(new ListChannelsCommand({}));
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGTERM');

  expect(channels).toEqual([]);
  expect(await ended).toBe(0);
});
