/**
 * The account at the exchange for one run: which key is in use, whether the clock was set, and whether the exchange
 * has told us to stop. The two repairs (clock, key) happen once however many requests ask for them at the same time.
 */

import type { Failure } from '../core/failure.ts';
import { FlatlineError } from '../core/flatline-error.ts';
import type { Credentials } from '../core/model.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { type Deadline, leftMs } from '../core/timing.ts';
import type { Exchange, RequestTrace } from '../ports.ts';
import type { World } from './world.ts';

export interface Session {
  exchange(): Exchange;
  /** Grows with every repair: a request sent before one may be repeated after it. */
  generation(): number;
  /** Asks the server's time; false when that failed. */
  resyncClock(): Promise<boolean>;
  /** Reads the secret again, once per run; false when it is the same, cannot be read, or was read again before. */
  renewKey(): Promise<boolean>;
  /** The failure after which nothing more is sent. */
  stopped(): Failure | undefined;
  stop(failure: Failure): void;
}

const SECRET_TIMEOUT_MS = 3_000;
const TIME_TIMEOUT_MS = 1_000;

/** Loads the key and opens the account; its own requests are noted in `requests`. Throws FlatlineError for the secret. */
export async function openSession(
  world: World,
  secretName: string,
  deadline: Deadline,
  requests: { push(trace: { readonly request: string; readonly trace: RequestTrace }): unknown },
): Promise<Session> {
  const load = async (fresh: boolean): Promise<Credentials> => {
    const timeoutMs = Math.min(SECRET_TIMEOUT_MS, leftMs(deadline.workUntilMs, world.clock.nowMs()));
    const credentials = await world.secrets.load(secretName, { fresh, timeoutMs });
    world.telemetry.redact([credentials.apiKey, credentials.apiSecret]);
    return credentials;
  };
  let credentials = await load(false);
  let exchange = world.openExchange(credentials);
  let generation = 0;
  let stopped: Failure | undefined;

  const resyncClock = once(async () => {
    const timeoutMs = Math.min(TIME_TIMEOUT_MS, leftMs(deadline.workUntilMs, world.clock.nowMs()));
    const reply = await exchange.syncClock({ timeoutMs });
    requests.push({ request: REQUESTS.syncClock.name, trace: reply.trace });
    if (reply.ok) {
      generation += 1;
      world.telemetry.log('WARN', 'The exchange refused our clock; corrected by its own', { offset_ms: reply.value });
    }
    return reply.ok;
  });

  let renewal: Promise<boolean> | undefined;
  let renewed = false;
  const renewKey = async (): Promise<boolean> => {
    const next = await load(true).catch((error: unknown) => {
      world.telemetry.log(
        'ERROR',
        error instanceof FlatlineError ? error.message : 'The secret could not be read again',
      );
      return credentials;
    });
    if (next.apiKey === credentials.apiKey && next.apiSecret === credentials.apiSecret) return false;
    credentials = next;
    exchange = world.openExchange(next);
    generation += 1;
    world.telemetry.log('WARN', 'The exchange refused the key; the secret holds a new one, which is used now');
    return true;
  };

  return {
    exchange: () => exchange,
    generation: () => generation,
    resyncClock,
    renewKey: async () => {
      if (renewed) return false;
      renewal ??= renewKey().finally(() => {
        renewed = true;
      });
      return renewal;
    },
    stopped: () => stopped,
    stop(failure) {
      stopped ??= failure;
    },
  };
}

/** Those who ask while it runs share its result. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
