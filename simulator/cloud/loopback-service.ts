/**
 * An AWS service on loopback, whatever its protocol. Pages in a browser are refused; the call is traced, and the faults set
 * for it are applied here, before the service, so the real SDK client meets them.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { SimulatorClock } from '../engine/clock.ts';
import { type Listening, listenOnLoopback } from '../listen.ts';
import { boundedBody, notOurClient } from './browser-guard.ts';
import { type CloudFaults, createCloudFaults } from './faults.ts';

/** What a request asks for: `GetItem` of a table, `Invoke` of a function. An empty target: the call names none. */
interface Called {
  readonly operation: string;
  readonly target: string;
}

export interface Protocol {
  calledIn(request: IncomingMessage, body: string): Called;
  refuse(response: ServerResponse, status: number, error: string, message: string): void;
}

export interface LoopbackService extends Listening {
  readonly faults: CloudFaults;
}

/** Answers a request, whose body can be read once more. */
type Serve = (request: IncomingMessage, response: ServerResponse, body: string, called: Called) => void | Promise<void>;

/** The largest request of all services: a batch of DynamoDB, 16 MB. */
const BODY_MAX_BYTES = 17 * 1024 * 1024;

/** Listens on a free port of 127.0.0.1. `close` drops open connections, hanging ones too. */
export async function startLoopbackService(
  clock: SimulatorClock,
  { calledIn, refuse }: Protocol,
  serve: Serve,
): Promise<LoopbackService> {
  const faults = createCloudFaults(clock);
  const server = createServer((request, response) => {
    // A client may hang up.
    request.on('error', () => undefined);
    handle(request, response).catch(error => response.destroy(error));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = notOurClient(request.headers);
    if (refusal !== undefined) return refuse(response, 403, 'AccessDeniedException', refusal);
    const body = await boundedBody(request, BODY_MAX_BYTES);
    const called = calledIn(request, body);
    const fault = faults.take(called.operation, called.target);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'fail') {
      return refuse(response, fault.status, fault.error, fault.message ?? 'a fault that was set for this call');
    }
    if (fault?.kind === 'slow') await clock.sleep(fault.delayMs);
    // The service does its work, and the connection is dropped instead of the answer.
    if (fault?.kind === 'lose-answer') response.end = () => response.destroy();
    await serve(readAgain(request, body), response, body, called);
  }

  return { ...(await listenOnLoopback(server)), faults };
}

/** The JSON protocols: `X-Amz-Target` names the operation, the body is JSON, an error is a status with `__type`. */
export const awsJson = (targetOf: (body: Readonly<Record<string, unknown>>) => string): Protocol => ({
  calledIn: ({ headers }, body) => ({
    operation: String(headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
    target: targetOf(objectOf(body)),
  }),
  refuse: (response, status, error, message) => sendJson(response, status, { __type: error, message }),
});

export function sendJson(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
}

function objectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

const readAgain = (request: IncomingMessage, body: string): IncomingMessage =>
  Object.assign(Readable.from(body === '' ? [] : [Buffer.from(body)]), {
    method: request.method,
    url: request.url,
    headers: request.headers,
  }) as unknown as IncomingMessage;
