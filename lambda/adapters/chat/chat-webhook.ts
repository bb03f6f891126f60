/**
 * Posts to the alert targets. Their addresses are keys, so nothing of a request, of a reply's body or of an error's own text
 * ever leaves this file: a status, or the kind of a failure, says enough. A message that is delivered again goes to those
 * targets only that did not take it.
 */

import type { Chat, Posting } from '../../views/messages/channels.ts';
import { type ChatAddress, secretsIn } from './chat-address.ts';
import { type TargetRequest, targetRequests } from './target-requests.ts';

interface ChatOptions {
  /** Throws an Error whose message may be shown. */
  readonly addresses: (timeoutMs: number) => Promise<readonly ChatAddress[]>;
  /** Is given what must never be printed, before it is used. */
  readonly redact: (secrets: readonly string[]) => void;
  /** What the container has delivered, by message and request. */
  readonly delivered: Set<string>;
}

const DELIVERED_KEPT_MAX = 1_000;

export function createChat({ addresses, redact, delivered }: ChatOptions): Chat {
  return {
    async post(message, timeoutMs) {
      let targets: readonly ChatAddress[];
      try {
        targets = await addresses(timeoutMs);
      } catch (error) {
        const why = error instanceof Error ? error.message : 'The secret with its address cannot be read.';
        return { kind: 'failed', why, again: true };
      }
      redact(targets.flatMap(secretsIn));
      const postings = targets.flatMap((target, index) =>
        targetRequests(target, message).map(async (request, number): Promise<Posting> => {
          const id = `${message.id} ${index} ${number}`;
          if (delivered.has(id)) return { kind: 'delivered' };
          const posting = await send(target, request, timeoutMs);
          if (posting.kind === 'delivered') keep(delivered, id);
          return posting;
        }),
      );
      return together(await Promise.all(postings));
    },
  };
}

function keep(delivered: Set<string>, id: string): void {
  delivered.add(id);
  const [oldest] = delivered;
  if (delivered.size > DELIVERED_KEPT_MAX && oldest !== undefined) delivered.delete(oldest);
}

/** Delivered when all are. */
function together(postings: readonly Posting[]): Posting {
  const failed = postings.filter(posting => posting.kind === 'failed');
  const [first] = failed;
  if (first === undefined) return { kind: 'delivered' };
  const waitMs = Math.max(...failed.map(one => one.waitMs ?? 0));
  return {
    kind: 'failed',
    why: [...new Set(failed.map(({ why }) => why))].join(' '),
    again: failed.some(({ again }) => again),
    ...(waitMs > 0 ? { waitMs } : {}),
  };
}

const nameOf = ({ kind }: ChatAddress): string =>
  kind === 'pagerduty' ? 'PagerDuty' : kind === 'opsgenie' ? 'Opsgenie' : 'The chat';

async function send(target: ChatAddress, { url, headers, body }: TargetRequest, timeoutMs: number): Promise<Posting> {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      // Kept alive, the connection could break unnoticed while the function is frozen, and the next message would be lost.
      headers: { ...headers, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
      // Redirects are not followed: a message about an account must not go to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
    });
    await reply.body?.cancel();
    return postingOf(nameOf(target), reply.status, reply.headers.get('retry-after'));
  } catch (error) {
    return { kind: 'failed', why: `${nameOf(target)} was not reached (${kindOf(error)}).`, again: true };
  }
}

function postingOf(name: string, status: number, retryAfter: string | null): Posting {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const again = status === 429 || status >= 500;
  const seconds = Number(retryAfter ?? Number.NaN);
  const remedy = again ? '' : ' Is the address in its secret still valid?';
  return {
    kind: 'failed',
    why: `${name} answered ${status}.${remedy}`,
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
