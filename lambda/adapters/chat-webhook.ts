/**
 * Posts to the chat's webhook. Its address is the key to the chat, so nothing of a request, of a reply's body or of
 * an error's own text ever leaves this file: a status, or the kind of a failure, says enough.
 */

import type { Chat, Posting } from '../core/messages/channels.ts';
import { type ChatAddress, secretsIn } from '../core/messages/chat-address.ts';
import { chatBody } from '../core/messages/chat-body.ts';

export interface ChatOptions {
  /** Throws an Error whose message may be told. */
  readonly address: (timeoutMs: number) => Promise<ChatAddress>;
  /** Is given what must never be printed, before it is used. */
  readonly redact: (secrets: readonly string[]) => void;
}

export function createChat({ address, redact }: ChatOptions): Chat {
  return {
    async post(message, timeoutMs) {
      let to: ChatAddress;
      try {
        to = await address(timeoutMs);
      } catch (error) {
        const why = error instanceof Error ? error.message : 'The secret with its address cannot be read.';
        return { kind: 'failed', why, again: true };
      }
      redact(secretsIn(to));
      return send(to, JSON.stringify(chatBody(to, message)), timeoutMs);
    },
  };
}

async function send({ url }: ChatAddress, body: string, timeoutMs: number): Promise<Posting> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      // Kept alive, it could die unseen while the function is frozen, and take the next message with it.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body,
      // A webhook that moved is not followed: a message about an account belongs to nobody else.
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
    });
    await reply.body?.cancel();
    return judge(reply.status, reply.headers.get('retry-after'));
  } catch (error) {
    return { kind: 'failed', why: `The chat was not reached (${kindOf(error)}).`, again: true };
  }
}

function judge(status: number, retryAfter: string | null): Posting {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const again = status === 429 || status >= 500;
  const seconds = Number(retryAfter ?? Number.NaN);
  const remedy = again ? '' : ' Is the address in its secret still valid?';
  return {
    kind: 'failed',
    why: `The chat answered ${status}.${remedy}`,
    again,
    ...(Number.isFinite(seconds) && seconds > 0 ? { waitMs: seconds * 1_000 } : {}),
  };
}

/** `ECONNREFUSED`, `TimeoutError`: never a message, which may hold the address. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name;
}
