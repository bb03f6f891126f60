/** A network between the adapter and the exchange that refuses, loses, or delivers twice. */

import type { HttpRequest, Transport } from '../../lambda/adapters/binance/http-transport.ts';
import type { Clock } from '../../lambda/ports.ts';

export type NetworkFault = 'refused' | 'no-host' | 'no-tls' | 'twice' | 'again';

export interface NetworkFaultRule {
  readonly fault: NetworkFault;
  /** Without the query. */
  readonly on: { readonly method: string; readonly path: string };
  readonly skip: number;
  readonly times: number;
}

/** `clock` is a function, because the rig makes it together with the wire. */
export function faultyNetwork(rule: NetworkFaultRule, clock: () => Clock): (wire: Transport) => Transport {
  let { skip, times } = rule;
  const isMeant = ({ method, target }: HttpRequest): boolean => {
    if (method !== rule.on.method || target.split('?')[0] !== rule.on.path || times <= 0) return false;
    if (skip > 0) {
      skip -= 1;
      return false;
    }
    times -= 1;
    return true;
  };
  return wire => request => {
    if (!isMeant(request)) return wire(request);
    switch (rule.fault) {
      case 'refused':
        return failing('ECONNREFUSED');
      case 'no-host':
        return failing('ENOTFOUND');
      case 'no-tls':
        return failing('ERR_SSL_WRONG_VERSION_NUMBER');
      case 'twice': {
        const flight = wire(request);
        wire(request).answer.catch(() => undefined);
        return flight;
      }
      case 'again':
        void clock()
          .sleep(1_000)
          .then(() => wire(request).answer)
          .catch(() => undefined);
        return wire(request);
    }
  };
}

const failing = (code: string) => ({
  answer: Promise.reject(Object.assign(new Error(code), { code })),
  abandon: () => undefined,
  wasSent: () => false,
  wasAnswered: () => false,
  idleMsBefore: () => undefined,
});
