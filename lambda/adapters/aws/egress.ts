/** Asks an AWS service from which address we come; used by preflight only, never in a liquidation. */

import type { Egress } from '../../ports.ts';

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
