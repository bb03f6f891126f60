/** Two requests over the Internet: from which address we come (for preflights), and whether pings are accepted (for the watchdog). */

import type { Egress, PingProbe } from '../../ports.ts';

const CHECK_URL = 'https://checkip.amazonaws.com/';

export const egress: Egress = {
  async address(timeoutMs) {
    // Not kept alive: the connection could break unnoticed while the function is frozen.
    const headers = { connection: 'close' };
    const reply = await fetch(CHECK_URL, { headers, signal: AbortSignal.timeout(Math.ceil(timeoutMs)) });
    const text = (await reply.text()).trim();
    if (!reply.ok || !/^[0-9a-f.:]{3,45}$/i.test(text)) throw new Error(`${CHECK_URL} answered ${reply.status}`);
    return text;
  },
};

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
