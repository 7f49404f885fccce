// Publishes to Amazon IVS with ffmpeg, and follows the stream key in Secrets Manager.
// The key stays in the memory of this process: ffmpeg publishes under an alias to a relay in here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const { SECRET_ARN: SecretId, HTTPS_PROXY, RESTART_ON_ROTATION, ON_AIR_POLL_SECONDS = '30' } = process.env;
const programme = ['-nostdin', '-hide_banner', '-loglevel', 'warning', ...process.argv.slice(2)];
assert(SecretId && process.argv.length > 2, 'Usage: SECRET_ARN=… node following-encoder.mjs <the arguments of ffmpeg for input and encoding>');

/** A connection on which nothing moves for so long is dead; a broadcast that lasts as long has not failed. */
const STALLED_MS = 10_000;
const FAST_POLLING_MS = 120_000;
const LONGEST_WAIT_MS = 30_000;
const secretsManager = new SecretsManagerClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } });
const log = (event, fields) => console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
// Not the message: that of JSON.parse quotes the value.
const logUnreadable = ({ name }) => log('secret unreadable', { error: name });

async function currentVersion() {
  const { VersionIdsToStages = {} } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
}

async function readKey() {
  const { SecretString, VersionId: version } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  const { channelArn, rtmpsServer, streamKey } = JSON.parse(SecretString);
  assert(streamKey.length <= 90, 'A command with this key would not fit into one chunk of RTMP, which has 128 bytes');
  return { version, channelArn, server: rtmpsServer.replace(/\/$/, ''), streamKey };
}

const upTo = (milliseconds) => Math.random() * Math.min(LONGEST_WAIT_MS, milliseconds); // Full jitter.
const backOff = (failures) => (failures ? upTo(1000 * 2 ** (failures - 1)) : 0);
const pollInterval = (offAir) => 1000 + (offAir < FAST_POLLING_MS ? 0 : upTo(offAir - FAST_POLLING_MS));

/** Another key as soon as there is one, else the same one after a while. */
async function nextKey(key, failures, offAirSince) {
  const retryAt = key ? Date.now() + backOff(failures) : Infinity;
  for (;;) {
    const version = await currentVersion().catch(logUnreadable);
    const next = version && version !== key?.version && await readKey().catch(logUnreadable);
    if (next && next.version !== key?.version) return next;
    const now = Date.now();
    if (now >= retryAt) return key;
    await sleep(Math.min(pollInterval(now - offAirSince), retryAt - now));
  }
}

async function connect({ hostname, port }) {
  let response, socket;
  if (HTTPS_PROXY) {
    const request = http.request(HTTPS_PROXY, { method: 'CONNECT', path: `${hostname}:${port}` }).on('error', () => {}).end();
    [response, socket] = await once(request, 'connect', { signal: AbortSignal.timeout(STALLED_MS) });
    assert.equal(response.statusCode, 200, 'The proxy refuses to connect');
  }
  const ingest = tls.connect({ host: hostname, port, servername: hostname, socket }).on('error', () => {});
  ingest.setTimeout(STALLED_MS, () => ingest.destroy(new Error('The connection has stalled')));
  await once(ingest, 'secureConnect');
  return ingest;
}

/** Relays ffmpeg's connection to the ingest, with the key in place of the alias, and notes the ingest's answer. */
async function relay(local, alias, { server, streamKey, version }, broadcast) {
  const ingest = await connect(new URL(server));
  ingest.once('end', () => ingest.destroy(new Error('The ingest has ended the connection')));
  let answers = '';
  ingest.on('data', (bytes) => {
    if (broadcast.onAirSince) return;
    answers = (answers + bytes.toString('latin1')).slice(-4096);
    broadcast.answer = answers.match(/Net(?:Connection|Stream)(?:\.\w+)+/g)?.pop();
    if (!answers.includes('NetStream.Publish.Start')) return;
    broadcast.onAirSince = Date.now();
    log('on air', { version });
  });
  let commands = 3; // releaseStream, FCPublish and publish. ffmpeg writes each in one piece.
  await pipeline(local, async function* (source) {
    for await (const bytes of source) {
      for (let at; commands && (at = bytes.indexOf(alias)) >= 0; commands--) bytes.write(streamKey, at, 'latin1');
      yield bytes;
    }
  }, ingest, local);
}

/** Ends ffmpeg; by force if it waits for its network, as it then ignores signals. */
function end({ child }) {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), 5000).unref();
}

/** Looks for a rotation during a broadcast. */
async function watch(broadcast) {
  const version = broadcast.onAirSince && await currentVersion().catch(logUnreadable);
  if (!version || version === broadcast.newest) return;
  broadcast.newest = version;
  log('rotated', { version });
  if (RESTART_ON_ROTATION === 'true') end(broadcast);
}

let broadcast;
/** Publishes until the ingest or ffmpeg ends it. */
async function publish(key) {
  const alias = randomBytes(key.streamKey.length).toString('hex').slice(0, key.streamKey.length);
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `rtmp://127.0.0.1:${server.address().port}/app/${alias}`;
  const output = ['-f', 'flv', '-flvflags', 'no_duration_filesize', '-rtmp_tcurl', key.server, url];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const child = spawn('ffmpeg', [...programme, ...output], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => log('ffmpeg', { line: line.replaceAll(key.streamKey, '(stream key)') }));
  const own = broadcast = { child, newest: key.version };
  let relayed;
  server.once('connection', (local) => {
    server.close();
    relayed = relay(local.on('error', () => {}), alias, key, own).catch(({ code, message }) => { own.error = code ?? message; });
    relayed.then(() => child.kill('SIGKILL'));
  });
  const watching = setInterval(() => void watch(own), Number(ON_AIR_POLL_SECONDS) * 1000);
  own.ended = once(child, 'close').then(() => Promise.race([relayed, sleep(1000)]), ({ code }) => { own.error = code; });
  await own.ended;
  clearInterval(watching);
  server.close();
  return own;
}

async function stop(signal) {
  log('stopping', { signal });
  if (broadcast) end(broadcast);
  await broadcast?.ended;
  process.exit(0);
}
process.once('SIGTERM', stop).once('SIGINT', stop);

for (let key, failures = 0, offAirSince = Date.now(); ;) {
  const next = await nextKey(key, failures, offAirSince);
  if (next.version !== key?.version) failures = 0;
  key = next;
  log('publishing', { channelArn: key.channelArn, version: key.version });
  const { onAirSince, answer, error } = await publish(key);
  if (onAirSince) offAirSince = Date.now();
  failures = offAirSince - onAirSince >= STALLED_MS ? 0 : failures + 1;
  log(onAirSince ? 'off air' : answer ? 'refused' : 'failed', { version: key.version, answer, error });
}
