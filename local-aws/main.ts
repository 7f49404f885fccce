import { parseArgs } from 'node:util';
import { ACCOUNT, LocalAws, REGION } from './local-aws';

const USAGE = `npm run local-aws -- [--port <number>]

  --port  the port on 127.0.0.1; 0 takes a free one (default: 4566)`;

/** Starts the local AWS alone, and prints the variables for its clients. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4566' }, help: { type: 'boolean', default: false } } });
  if (values.help) return console.log(USAGE);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port must be a whole number from 0 to 65535, got: ${values.port}. 0 takes a free one.`);

  const aws = await LocalAws.start(port);
  console.log(`# The local AWS is ready: account ${ACCOUNT}, region ${REGION}, bootstrapped and empty. Ctrl+C ends it, and all that is in it.`);
  console.log('# For the CDK CLI, the AWS CLI or an SDK, paste into another terminal:');
  for (const [name, value] of Object.entries({ ...aws.environment, CDK_DISABLE_CLI_TELEMETRY: 'true' })) console.log(`export ${name}=${value}`);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void aws.stop());
}

main().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? 'The port is taken. Choose another with --port, or 0 for a free one.' : error.message);
  if (error.code?.startsWith('ERR_PARSE_ARGS')) console.error(`\n${USAGE}`);
  process.exitCode = 1;
});
