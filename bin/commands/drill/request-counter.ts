/**
 * A proxy to the simulated exchange on its own port that counts requests, so that two callers can be distinguished. It
 * can hold back answers for as long as a scenario needs a call to wait.
 */

import { startClock } from '../../../lambda/adapters/clock.ts';
import type { SimulatedExchange } from '../../../simulator/exchange.ts';
import { startExchangeServer } from '../../../simulator/wire/server.ts';

export type RequestCounter = Readonly<Awaited<ReturnType<typeof openRequestCounter>>>;

/** `mayDie`: connections can be made dead; this needs a further hop on this machine. */
export async function openRequestCounter(
  exchange: SimulatedExchange,
  { mayDie = false }: { readonly mayDie?: boolean } = {},
) {
  let entered = 0;
  let acted = 0;
  let held = 0;
  let holdsFrom: string | undefined;
  let gate: PromiseWithResolvers<void> | undefined;
  const release = (): void => {
    gate?.resolve();
    held = 0;
    holdsFrom = undefined;
    gate = undefined;
  };
  const counted: SimulatedExchange = {
    ...exchange,
    respond: async request => {
      entered += 1;
      if (request.method !== 'GET') acted += 1;
      if (request.path === holdsFrom) gate ??= Promise.withResolvers();
      const reply = await exchange.respond(request);
      if (gate !== undefined) held += 1;
      await gate?.promise;
      return reply;
    },
  };
  const clock = startClock();
  const { url, close, connections } = await startExchangeServer(counted, mayDie ? { connections: { clock } } : {});
  return {
    url,
    /** Requests so far. */
    entered: () => entered,
    /** Requests so far that order or cancel something. */
    acted: () => acted,
    /** From the next request to this path on, answers are held back. */
    holdFrom: (path: string) => {
      holdsFrom = path;
    },
    /** The number of executed requests whose answers are held back. */
    held: () => held,
    /** Makes the open connections dead: requests on them get no answer. */
    die: () => connections?.freeze('silence'),
    release,
    close: () => {
      /** Releases the held answers, and no longer holds back later ones. */
      release();
      return close();
    },
  };
}
