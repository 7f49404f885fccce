// What runs inside a function's process: it loads the handler once and gives it one event after the other.
const fs = require('node:fs');
const path = require('node:path');

const [file, name] = process.env._HANDLER.split('.');
let load;

process.on('message', async ({ requestId, event, deadline, arn }) => {
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  let outcome;
  try {
    load ??= require(path.join(process.cwd(), file));
    outcome = { result: JSON.stringify((await load[name](event, context)) ?? null) };
  } catch (error) {
    outcome = { error: { errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error), trace: String(error?.stack).split('\n') } };
  }
  process.send({ ...outcome, maxRss: peakMemory() });
});

/** Kilobytes. What Linux calls maxRSS includes the parent's memory at the time of the fork; the high-water mark does not. */
function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
