/**
 * A door to the venue on a port of its own, which counts who comes in: so the venue can tell two callers apart. It can
 * hold back what goes out, for as long as somebody needs a call to wait.
 */

import type { Venue } from '../../../simulator/venue/venue.ts';
import { startVenueServer } from '../../../simulator/wire/server.ts';

export interface Door {
  readonly url: string;
  /** Requests so far. */
  entered(): number;
  /** Those of them that order or cancel something. */
  acted(): number;
  /** From the next request to this path on, no answer goes out. */
  holdFrom(path: string): void;
  /** How many requests have been carried out whose answers are held back. */
  held(): number;
  /** Lets them go, and all later ones. */
  release(): void;
  close(): Promise<void>;
}

export async function openDoor(venue: Venue): Promise<Door> {
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
  const { url, close } = await startVenueServer(counted);
  return {
    url,
    entered: () => entered,
    acted: () => acted,
    holdFrom: path => {
      holdsFrom = path;
    },
    held: () => held,
    release,
    close: () => {
      release();
      return close();
    },
  };
}
