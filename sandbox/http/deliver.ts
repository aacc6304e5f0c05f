import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange.ts';
import type { Fault } from './faults.ts';
import { now, type RecordedRequest } from './recording.ts';

/** Sends the response, changed by the fault if there is one. */
export async function deliver(
  answer: Answer,
  {
    response,
    record,
    fault,
  }: { response: ServerResponse; record: RecordedRequest; fault: Fault | undefined },
): Promise<void> {
  if (fault?.type === 'truncate') return truncate(answer, response);
  const rest = fault?.type === 'slow' ? await trickle(answer, response, fault) : answer.body;
  if (response.destroyed) return;
  // Recorded before the last byte is sent, so that it is there when the client has the complete response.
  record.status = answer.status;
  record.endedAt = now();
  if (!response.headersSent) writeHead(answer, response);
  response.end(rest);
}

function writeHead(answer: Answer, response: ServerResponse): ServerResponse {
  const length = answer.status === 204 ? {} : { 'content-length': String(answer.body.length) };
  return response.writeHead(answer.status, { ...answer.headers, ...length });
}

/** The headers announce the complete body, but the connection breaks halfway. */
function truncate(answer: Answer, response: ServerResponse): void {
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  if (half.length === 0) return void response.destroy();
  writeHead(answer, response).write(half, () => response.destroy());
}

const ticksPerSecond = 20;

/** Sends everything except the end of the response, and returns that. */
async function trickle(
  { body, ...head }: Answer,
  response: ServerResponse,
  { delay = 0, bytesPerSecond = Number.POSITIVE_INFINITY }: { delay?: number; bytesPerSecond?: number },
): Promise<Buffer> {
  await sleep(delay);
  if (response.destroyed) return body;
  writeHead({ body, ...head }, response).flushHeaders();
  const step = Math.max(1, Math.min(body.length, Math.ceil(bytesPerSecond / ticksPerSecond)));
  let start = 0;
  for (; start + step < body.length && !response.destroyed; start += step) {
    response.write(body.subarray(start, start + step));
    await sleep((1000 * step) / bytesPerSecond);
  }
  return body.subarray(start);
}
