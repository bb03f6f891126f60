/** How a bot in any language gives signs of work: it touches a file, or calls an address, after each trading cycle. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import { mustBeAlivePlace, watchAliveFile } from './alive-file.ts';
import { listenOnAlivePort } from './alive-port.ts';
import type { Liveness } from './plan.ts';

/**
 * `isHanging`: a read of the file has not returned, and Node's own exit would wait for it. `readNow` counts signs of work that
 * were not counted yet; two seconds at most.
 */
const NO_FILE = { isHanging: () => false, readNow: async () => undefined };

/** Calls `onProof` for each proof of work, and `onHang` with a sentence when a read of the file hangs. Throws CliError (125) when the port is taken, or the file cannot prove anything. */
export async function watchLiveness(
  liveness: Liveness,
  onProof: () => void,
  onHang: (sentence: string) => void = () => undefined,
) {
  switch (liveness.kind) {
    case 'none':
      return {
        ...NO_FILE,
        env: {},
        says: 'Sends heartbeats while the process lives. This proves less than --alive-file or --alive-port: a bot that hangs still sends heartbeats.',
        close: () => undefined,
      };
    case 'file': {
      const { path, withinMs } = liveness;
      await mustBeAlivePlace(path);
      const file = await watchAliveFile(path, { withinMs, onProof, onHang });
      return {
        ...file,
        env: { FLATLINE_ALIVE_FILE: path },
        says: `Sends heartbeats while the bot touches ${path} at least every ${withinMs / 1_000} s (FLATLINE_ALIVE_FILE).`,
      };
    }
    case 'port': {
      const { url, shownUrl, close } = await listenOnAlivePort(liveness.port, systemRandom, onProof);
      return {
        ...NO_FILE,
        /** Variables in the bot's environment. */
        env: { FLATLINE_ALIVE_URL: url },
        /** For people. */
        says: `Sends heartbeats while the bot calls ${shownUrl} at least every ${liveness.withinMs / 1_000} s (the address is in FLATLINE_ALIVE_URL).`,
        close,
      };
    }
  }
}
