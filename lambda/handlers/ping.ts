/** The ping URL's handler: AWS Lambda, "Function URLs", payload format 2.0. The URL is public. */

import type { Context } from 'aws-lambda';
import { answerPing } from '../app/ping/answer-ping.ts';
import { pingContainer } from './ping-wiring.ts';

const container = pingContainer(process.env);

interface UrlEvent {
  readonly rawPath?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly requestContext?: { readonly http?: { readonly method?: unknown } };
}

/** Accepts any event. */
export async function handler(event: UrlEvent | null, context: Context): Promise<object> {
  const ports = container.ports({ request_id: context.awsRequestId });
  const { status, text } = await answerPing(ports, container.config, {
    method: event?.requestContext?.http?.method,
    path: event?.rawPath,
    body: bodyOf(event),
  });
  await ports.telemetry.flush();
  return {
    statusCode: status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
    body: `${text}\n`,
  };
}

function bodyOf(event: UrlEvent | null): unknown {
  if (event?.isBase64Encoded !== true || typeof event.body !== 'string') return event?.body;
  return Buffer.from(event.body, 'base64').toString('utf8');
}
