/** How a bot of any language proves that it works: it touches a file, or calls an address, after each trading cycle. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import type { Random } from '../../../lambda/ports.ts';
import { watchAliveFile } from './alive-file.ts';
import { mustBeAlivePlace } from './alive-place.ts';
import { listenOnAlivePort } from './alive-port.ts';
import type { Liveness } from './plan.ts';

export interface LivenessWatch {
  /** What the bot finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For people. */
  readonly says: string;
  /** A look at the file has not come back: Node's own exit would wait for it. */
  isHanging(): boolean;
  /** Proof that was given up to now is taken, if it was not yet; two seconds at most. */
  lookNow(): Promise<void>;
  close(): void;
}

interface LivenessOptions {
  readonly random?: Random;
  /** A look at the file hangs; the sentence is for people. */
  readonly onHang?: (sentence: string) => void;
}

/** A mount that hangs is waited for no longer. */
const PLACE_MS = 2_000;

/** Calls `onProof` for each proof of work. Throws CliError (125) when the port is taken, or the file cannot prove anything. */
export async function watchLiveness(
  liveness: Liveness,
  onProof: () => void,
  { random = systemRandom, onHang = () => undefined }: LivenessOptions = {},
): Promise<LivenessWatch> {
  switch (liveness.kind) {
    case 'none':
      return {
        env: {},
        says: 'Beats while the process lives. That proves less than --alive-file or --alive-port: a bot that hangs still beats.',
        isHanging: () => false,
        lookNow: async () => undefined,
        close: () => undefined,
      };
    case 'file': {
      const { path, withinMs } = liveness;
      await mustBeAlivePlace(path, PLACE_MS);
      const file = await watchAliveFile(path, { withinMs, onProof, onHang });
      return {
        ...file,
        env: { FLATLINE_ALIVE_FILE: path },
        says: `Beats while the bot touches ${path} at least every ${withinMs / 1_000} s (FLATLINE_ALIVE_FILE).`,
      };
    }
    case 'port': {
      const { url, shownUrl, close } = await listenOnAlivePort(liveness.port, random, onProof);
      return {
        env: { FLATLINE_ALIVE_URL: url },
        says: `Beats while the bot calls ${shownUrl} at least every ${liveness.withinMs / 1_000} s (FLATLINE_ALIVE_URL has the address).`,
        isHanging: () => false,
        lookNow: async () => undefined,
        close,
      };
    }
  }
}
