/** The bundled ping function behind a function URL on this machine, as the stack deploys it (lib/ping.ts). */

import { type FunctionUrl, startFunctionUrl } from '../../../simulator/cloud/function-url.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';

interface PingFunction {
  readonly url: FunctionUrl;
  close(): Promise<void>;
}

/** As in the stack. */
const RESERVED_CONCURRENCY = 5;

export async function startPingFunction(
  cloud: LocalCloud,
  { configText, onLog }: { readonly configText: string; readonly onLog?: (line: string) => void },
): Promise<PingFunction> {
  const host = cloud.deploy('ping', { configText, ...(onLog && { onLog }) });
  const url = await startFunctionUrl(host, { reservedConcurrency: RESERVED_CONCURRENCY });
  return {
    url,
    close: async () => {
      await url.close();
      await host.close();
    },
  };
}
