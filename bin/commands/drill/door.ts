/** A door to the venue on a port of its own, which counts who comes in: so the venue can tell two callers apart. */

import type { Venue } from '../../../simulator/venue/venue.ts';
import { startVenueServer } from '../../../simulator/wire/server.ts';

export interface Door {
  readonly url: string;
  /** Requests so far. */
  entered(): number;
  close(): Promise<void>;
}

export async function openDoor(venue: Venue): Promise<Door> {
  let entered = 0;
  const counted: Venue = {
    ...venue,
    respond: request => {
      entered += 1;
      return venue.respond(request);
    },
  };
  const { url, close } = await startVenueServer(counted);
  return { url, entered: () => entered, close };
}
