import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { redact } from '../aws/redaction';
import { log } from '../report/log';

/** The fields that an answer repeats. */
type Answered = Pick<CloudFormationCustomResourceEvent, 'RequestId' | 'StackId' | 'LogicalResourceId'>;

/** The answer to CloudFormation. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
  readonly Data?: object;
}

/** CloudFormation ignores a longer answer, and the stack hangs until the time-out. */
const MAX_BYTES = 4096;
const ATTEMPTS = 4;

/** Renders the answer without any secret value, its reason shortened until the whole fits. */
export function renderAnswer(request: Answered, answer: Answer): string {
  const { RequestId, StackId, LogicalResourceId } = request;
  const render = (Reason?: string) => redact(JSON.stringify({ ...answer, Reason, RequestId, StackId, LogicalResourceId }));
  let body = render(answer.Reason);
  for (let characters = [...answer.Reason ?? '']; Buffer.byteLength(body) > MAX_BYTES && characters.length;) {
    characters = characters.slice(0, Math.floor(characters.length * 0.9));
    body = render(`${characters.join('')}…`);
  }
  return body;
}

/**
 * Puts the answer to the response URL.
 *
 * Does nothing more if the URL has expired. Throws any other failure after a few attempts, so that Lambda runs the request again.
 */
export async function sendAnswer(request: Answered & Pick<CloudFormationCustomResourceEvent, 'ResponseURL'>, answer: Answer): Promise<void> {
  const body = renderAnswer(request, answer);
  for (let attempt = 1; ; attempt++) {
    const failure = await put(request.ResponseURL, body).then(
      (status) => (status < 300 ? undefined : `HTTP ${status}`),
      (error: NodeJS.ErrnoException) => error.code ?? error.name,
    );
    if (!failure) return;
    log('answer not delivered', { requestId: request.RequestId, attempt, failure });
    if (failure === 'HTTP 403') return;
    if (attempt === ATTEMPTS) throw new Error(`CloudFormation's response URL could not be reached: ${failure}`);
    await sleep(250 * 2 ** attempt);
  }
}

/** The URL is presigned for S3: its signature covers an empty content type. It must not be logged. */
function put(url: string, body: string): Promise<number> {
  const { request } = url.startsWith('https:') ? https : http;
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request(url, { method: 'PUT', headers, timeout: 2000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 500));
    }).on('timeout', function timedOut(this: http.ClientRequest) {
      this.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
    }).on('error', reject).end(body);
  });
}
