/** How a bot in any language gives signs of work: it touches a file, or calls an address, after each trading cycle. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import type { Random } from '../../../lambda/ports.ts';
import { watchAliveFile } from './alive-file.ts';
import { mustBeAlivePlace } from './alive-place.ts';
import { listenOnAlivePort } from './alive-port.ts';
import type { Liveness } from './plan.ts';

interface LivenessWatch {
  /** Variables in the bot's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For people. */
  readonly says: string;
  /** A read of the file has not returned: Node's own exit would wait for it. */
  isHanging(): boolean;
  /** Counts signs of work up to now that were not counted yet; two seconds at most. */
  readNow(): Promise<void>;
  close(): void;
}

interface LivenessOptions {
  readonly random?: Random;
  /** Called when a read of the file hangs; the sentence is for people. */
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
        says: 'Sends heartbeats while the process lives. This proves less than --alive-file or --alive-port: a bot that hangs still sends heartbeats.',
        isHanging: () => false,
        readNow: async () => undefined,
        close: () => undefined,
      };
    case 'file': {
      const { path, withinMs } = liveness;
      await mustBeAlivePlace(path, PLACE_MS);
      const file = await watchAliveFile(path, { withinMs, onProof, onHang });
      return {
        ...file,
        env: { FLATLINE_ALIVE_FILE: path },
        says: `Sends heartbeats while the bot touches ${path} at least every ${withinMs / 1_000} s (FLATLINE_ALIVE_FILE).`,
      };
    }
    case 'port': {
      const { url, shownUrl, close } = await listenOnAlivePort(liveness.port, random, onProof);
      return {
        env: { FLATLINE_ALIVE_URL: url },
        says: `Sends heartbeats while the bot calls ${shownUrl} at least every ${liveness.withinMs / 1_000} s (the address is in FLATLINE_ALIVE_URL).`,
        isHanging: () => false,
        readNow: async () => undefined,
        close,
      };
    }
  }
}
