import * as fs from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IvsClient } from '@aws-sdk/client-ivs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ffmpegBroadcaster } from './broadcaster';
import type { Clients } from './clients';
import { HELP } from './help';
import { OBSERVATIONS } from './observations';
import { observe, PACES } from './observe';
import { renderTable } from './report';

const options = {
  'profile': { type: 'string' },
  'region': { type: 'string' },
  'replica-region': { type: 'string' },
  'json': { type: 'string' },
  'only': { type: 'string' },
  'broadcast': { type: 'boolean', default: false },
  'yes': { type: 'boolean', default: false },
  'help': { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return console.log(HELP);
  const observations = selected(values.only);
  const broadcaster = values.broadcast ? ffmpegBroadcaster() : undefined;
  if (values.broadcast && !broadcaster) throw new Error('--broadcast needs ffmpeg, and there is none in the PATH. Install it, or leave --broadcast out.');

  const { profile, region: wanted } = values;
  const sts = new STSClient({ profile, region: wanted });
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  const region = await sts.config.region();
  const config = { profile, region };
  const clients: Clients = {
    cloudFormation: new CloudFormationClient(config),
    eventBridge: new EventBridgeClient(config),
    ivs: new IvsClient(config),
    lambda: new LambdaClient(config),
    secretsManager: new SecretsManagerClient(config),
  };
  const question = `Make a stack for ${observations.length} observations in account ${Account}, region ${region}, as ${Arn}?`;
  if (!values.yes && !await isConfirmed(question)) return console.log('Nothing was done.');

  const interruption = new AbortController();
  process.on('SIGINT', () => {
    if (interruption.signal.aborted) process.exit(130);
    console.error('Interrupted: the stack is being deleted. A second Ctrl+C leaves it behind.');
    interruption.abort();
  });
  const started = new Date();
  const replicaRegion = values['replica-region'] ?? (region === 'us-west-2' ? 'us-east-1' : 'us-west-2');
  const { signal } = interruption;
  const say = (text: string) => console.error(text);
  const results = await observe({ clients, region, replicaRegion, observations, paces: PACES, broadcaster, signal, say });

  console.log(renderTable(results));
  if (values.json) {
    const report = { account: Account, region, started, ended: new Date(), results };
    fs.writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (interruption.signal.aborted) process.exitCode = 130;
}

function selected(only?: string) {
  if (only === undefined) return OBSERVATIONS;
  return only.split(',').map((id) => {
    const found = OBSERVATIONS.find((observation) => observation.id === id);
    if (!found) throw new Error(`--only must name observations, got: ${id}. There are: ${OBSERVATIONS.map((observation) => observation.id).join(', ')}.`);
    return found;
  });
}

async function isConfirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test(await terminal.question(`${question} [y/N] `));
  } finally {
    terminal.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
