// What runs inside a function's process: it loads the handler once and gives it one event after the other.
const fs = require('node:fs');
const path = require('node:path');
const { format } = require('node:util');

const [file, name] = process.env._HANDLER.split('.');
const realNow = Date.now;
let load;
let awsRequestId;
let clock = { set: 0, shown: 0, speed: 1 };

process.on('message', async ({ requestId, event, deadline, arn, clock: current }) => {
  awsRequestId = requestId;
  clock = current;
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => (deadline - realNow()) * clock.speed,
  };
  let outcome;
  try {
    load ??= require(path.join(process.cwd(), file));
    outcome = { result: JSON.stringify((await load[name](event, context)) ?? null) };
  } catch (error) {
    outcome = { error: { errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error), trace: String(error?.stack).split('\n') } };
  }
  // The answer may overtake the output, which therefore says where it ends.
  for (const stream of [process.stdout, process.stderr]) stream.write('\0\n');
  process.send({ ...outcome, maxRss: peakMemory() });
});

// Lambda's text format puts time, request and level before what the console is given. What is written to the streams stays as it is.
const LEVELS = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => process.stdout.write(`${new Date().toISOString()}\t${awsRequestId}\t${level}\t${format(...values)}\n`);
}

// The function lives in the time of the local AWS, which tests move and speed up. Its connections keep their time-outs.
const RealDate = Date;
RealDate.now = () => Math.floor(clock.shown + (realNow() - clock.set) * clock.speed);
const timers = require('node:timers/promises');
const sleep = timers.setTimeout;
timers.setTimeout = (milliseconds, ...others) => sleep(milliseconds / clock.speed, ...others);
const timeOut = AbortSignal.timeout;
AbortSignal.timeout = (milliseconds) => timeOut.call(AbortSignal, Math.ceil(milliseconds / clock.speed));
globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) => Reflect.construct(target, values.length ? values : [target.now()], newTarget === Date ? target : newTarget),
});

// Many functions answer CloudFormation by HTTPS, and take host and path of the response URL only. This AWS speaks HTTP on a port of its own.
const http = require('node:http');
const https = require('node:https');
const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const secureRequest = https.request;
https.request = (options, ...others) => {
  const isHere = options.hostname === endpoint.hostname && Number(options.port ?? 443) === 443;
  return isHere ? http.request({ ...options, protocol: 'http:', port: endpoint.port }, ...others) : secureRequest(options, ...others);
};

/** Kilobytes. What Linux calls maxRSS includes the parent's memory at the time of the fork; the high-water mark does not. */
function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
