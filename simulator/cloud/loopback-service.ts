/**
 * An AWS service of the JSON protocols on loopback: `X-Amz-Target` names the operation, the body is JSON, an error
 * is a status with `__type`. Faults are applied here, before the service, so the real SDK client meets them.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type Listening, listenOnLoopback } from '../listen.ts';
import { boundedBody, notOurClient } from './browser-guard.ts';
import type { CloudClock, CloudFaults } from './faults.ts';

interface LoopbackOptions {
  readonly clock: CloudClock;
  readonly faults: CloudFaults;
  /** Names what the body is about: the table, the secret. */
  readonly targetOf: (body: Readonly<Record<string, unknown>>) => string;
  /** Answers a request, whose body can be read once more. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, body: string) => void;
}

/** The largest request of all services: a batch of DynamoDB, 16 MB. */
const BODY_MAX_BYTES = 17 * 1024 * 1024;
const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Listens on a free port of 127.0.0.1. `close` drops open connections, hanging ones too. */
export async function startLoopbackService(options: LoopbackOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    // A client may hang up.
    request.on('error', () => undefined);
    handle(options, request, response).catch(error => response.destroy(error));
  });
  return listenOnLoopback(server);
}

async function handle(options: LoopbackOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { clock, faults, serve, targetOf } = options;
  const refusal = notOurClient(request.headers);
  if (refusal !== undefined) return sendJson(response, 403, { __type: 'AccessDeniedException', message: refusal });
  const body = await boundedBody(request, BODY_MAX_BYTES);
  const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const fault = faults.take(operation, targetOf(objectOf(body)));
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'fail') {
    sendJson(response, fault.status, {
      __type: fault.error,
      message: fault.message ?? 'a fault that was set for this call',
    });
    return;
  }
  if (fault?.kind === 'slow') await clock.sleep(fault.delayMs);
  if (fault?.kind === 'lose-answer') dropTheAnswer(response);
  serve(readAgain(request, body), response, body);
}

export function sendJson(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(JSON.stringify(content));
}

function objectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** The service does its work, and the connection is dropped instead of the answer. */
function dropTheAnswer(response: ServerResponse): void {
  response.end = () => response.destroy();
}

const readAgain = (request: IncomingMessage, body: string): IncomingMessage =>
  Object.assign(Readable.from(body === '' ? [] : [Buffer.from(body)]), {
    method: request.method,
    url: request.url,
    headers: request.headers,
  }) as unknown as IncomingMessage;
