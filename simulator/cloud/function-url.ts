/**
 * A function URL of AWS Lambda on this machine: HTTP in, an event of payload format 2.0, the function's answer out. Beyond
 * its reserved concurrency a call is answered 429 and never reaches the function; an invocation that fails is a 502.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback } from '../listen.ts';
import type { Invocable } from './function-host.ts';

export interface FunctionUrl {
  /** With a slash at its end, as AWS has it. */
  readonly url: string;
  /** Others' calls hold all places from now on, or none any more. */
  flood(on: boolean): void;
  /** Requests by what became of them. */
  readonly counts: Readonly<{ taken: number; throttled: number; failed: number }>;
  close(): Promise<void>;
}

/** AWS Lambda quotas: 6 MB; far less is enough for a ping. */
const MOST_BODY_BYTES = 64 * 1024;

export async function startFunctionUrl(
  host: Invocable,
  { reservedConcurrency }: { readonly reservedConcurrency: number },
): Promise<FunctionUrl> {
  const counts = { taken: 0, throttled: 0, failed: 0 };
  let running = 0;
  let isFlooded = false;
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body),
      () => response.destroy(),
    );
  });

  async function answer(request: IncomingMessage): Promise<Reply> {
    const event = await eventOf(request);
    if (isFlooded || running >= reservedConcurrency) {
      counts.throttled += 1;
      return { status: 429, headers: {}, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' };
    }
    running += 1;
    try {
      const result = await host.invoke(event);
      if (result.kind !== 'answered') {
        counts.failed += 1;
        return { status: 502, headers: {}, body: 'Internal Server Error' };
      }
      counts.taken += 1;
      const { statusCode, headers, body } = result.payload as Payload;
      return { status: statusCode, headers, body };
    } finally {
      running -= 1;
    }
  }

  const { url, close } = await listenOnLoopback(server);
  return {
    url: `${url}/`,
    counts,
    flood: on => {
      isFlooded = on;
    },
    close,
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Payload {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function eventOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  return {
    version: '2.0',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    requestContext: { http: { method: request.method, path: pathname, sourceIp: '198.51.100.1' } },
    ...(bytes === 0 ? {} : { body: Buffer.concat(chunks).toString('base64'), isBase64Encoded: true }),
  };
}
