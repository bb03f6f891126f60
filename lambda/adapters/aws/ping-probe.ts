/** Pings by the function URL, as a bot's curl does: a new connection each time, and any answer but 200 is a failure. */

import type { PingProbe } from '../../ports.ts';

export function createPingProbe(url: string): PingProbe {
  const address = new URL('/probe', url);
  return {
    async probe(timeoutMs) {
      const reply = await fetch(address, {
        headers: { connection: 'close' },
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
      }).catch(error => {
        throw new Error(`the ping URL was not reached (${error instanceof Error ? error.name : 'unknown error'}).`);
      });
      await reply.body?.cancel();
      if (reply.status === 200) return;
      const meaning = reply.status === 429 ? ', which is too many pings at once' : '';
      throw new Error(`the ping URL answered ${reply.status}${meaning}.`);
    },
  };
}
