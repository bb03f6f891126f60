/**
 * A door to the venue on a port of its own, which counts who comes in: so the venue can tell two callers apart. It can
 * hold back what goes out, for as long as somebody needs a call to wait.
 */

import { startClock } from '../../../lambda/adapters/clock.ts';
import type { Venue } from '../../../simulator/exchange.ts';
import { startVenueServer } from '../../../simulator/wire/server.ts';

export interface RequestCounter {
  readonly url: string;
  /** Requests so far. */
  entered(): number;
  /** Those of them that order or cancel something. */
  acted(): number;
  /** From the next request to this path on, no answer goes out. */
  holdFrom(path: string): void;
  /** How many requests have been carried out whose answers are held back. */
  held(): number;
  /** The connections that are open now are dead: what is sent on them gets no answer. */
  die(): void;
  /** Lets them go, and all later ones. */
  release(): void;
  close(): Promise<void>;
}

/** `mayDie`: its connections can die; that costs a hop on this machine. */
export async function openRequestCounter(
  venue: Venue,
  { mayDie = false }: { readonly mayDie?: boolean } = {},
): Promise<RequestCounter> {
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
  const counted: Venue = {
    ...venue,
    respond: async request => {
      entered += 1;
      if (request.method !== 'GET') acted += 1;
      if (request.path === holdsFrom) gate ??= Promise.withResolvers();
      const reply = await venue.respond(request);
      if (gate !== undefined) held += 1;
      await gate?.promise;
      return reply;
    },
  };
  const clock = startClock();
  const { url, close, connections } = await startVenueServer(counted, mayDie ? { connections: { clock } } : {});
  return {
    url,
    entered: () => entered,
    acted: () => acted,
    holdFrom: path => {
      holdsFrom = path;
    },
    held: () => held,
    die: () => connections?.freeze('silence'),
    release,
    close: () => {
      release();
      return close();
    },
  };
}
