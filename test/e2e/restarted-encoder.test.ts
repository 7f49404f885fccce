import { spawn } from 'node:child_process';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Stage } from './stage';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';
import { ffmpegIsInstalled } from '../../local-aws/clients/ffmpeg';
import { Ingest } from '../../local-aws/ingest/ingest';
import { ManagedStreamKey } from '../../src';

const [taskDefinition] = Object.values(Template.fromStack(new RestartedEncoderStack(new App(), 'RestartedEncoder')).findResources('AWS::ECS::TaskDefinition'));
const [container] = taskDefinition.Properties.ContainerDefinitions;

/** The environment that ECS makes of a secret: each variable is a field of its JSON. */
const environmentOf = (secret: Record<string, string>): Record<string, string> =>
  Object.fromEntries(container.Secrets.map(({ Name, ValueFrom }: any) => [Name, secret[/:(\w+)::$/.exec(ValueFrom['Fn::Join'][1].at(-1))![1]]]));

/** The container of examples/restarted-encoder on this machine, and what it writes to its log group. */
function start(environment: Record<string, string>) {
  const [command, ...args] = [...container.EntryPoint, ...container.Command];
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { log += text; });
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(log)));
  return { child, ended };
}

(ffmpegIsInstalled() ? describe : describe.skip)('the container of examples/restarted-encoder', () => {
  let stage: Stage;
  let ingest: Ingest;
  let secret: Record<string, string>;

  beforeEach(async () => {
    stage = await Stage.start();
    ingest = await Ingest.start(stage.aws.ivs);
    await stage.deploy((stack) => { new ManagedStreamKey(stack, 'Live'); });
    secret = stage.stored()!;
  });
  afterEach(async () => {
    await ingest.stop();
    await stage.stop();
  });

  const isLive = () => stage.aws.ivs.allChannels.some(({ arn }) => stage.aws.ivs.streamOf(arn));

  test('publishes with the fields of the secret, and its log does not hold the stream key', async () => {
    const { child, ended } = start({ ...environmentOf(secret), ...ingest.environment });
    while (!isLive() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    const wasLive = isLive();
    child.kill('SIGINT');
    const log = await ended;

    expect([wasLive, log.replaceAll(secret.streamKey, '(stream key)')]).toEqual([true, expect.stringContaining('Output #0, flv')]);
    expect(log).not.toContain(secret.streamKey);
  });

  test('its log says why it could not publish, without the stream key', async () => {
    const refused = (url?: string) => url?.replace(/^rtmps:\/\/[^/]+/, 'rtmp://127.0.0.1:1');
    const log = await start(environmentOf({ ...secret, rtmpsServer: refused(secret.rtmpsServer)!, rtmpsUrl: refused(secret.rtmpsUrl)! })).ended;

    expect(log).toContain('Connection refused');
    expect(log).not.toContain(secret.streamKey);
  });
});
