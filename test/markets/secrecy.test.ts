/** Whatever goes wrong in whichever market, nothing that is written holds the key, the secret or a signature. */

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createBinance } from '../../lambda/adapters/binance/open-exchange.ts';
import { createTelemetry } from '../../lambda/adapters/telemetry/telemetry.ts';
import type { Fault } from '../../simulator/exchange.ts';
import { inMemoryWire } from '../adapters/binance/in-memory-wire.ts';
import { KEY, liquidationRig } from '../support/liquidation-rig.ts';

const written: string[] = [];
beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(text => written.push(String(text)) > 0);
  }
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, name).mockImplementation((...texts: unknown[]) => void written.push(texts.map(String).join(' ')));
  }
});
afterAll(() => {
  vi.restoreAllMocks();
});

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  { kind: 'reset-after' },
  { kind: '503-unknown', executed: true },
  { kind: 'html-403' },
  { kind: 'truncated-json' },
  { kind: 'limited-429' },
  { kind: 'refuse', code: -1022, msg: 'Signature for this request is not valid.' },
  { kind: 'refuse', code: -2015, msg: 'Invalid API-key, IP, or permissions for action, request ip: 1.2.3.4' },
  { kind: 'http', status: 400, code: -9999, msg: `apiKey=${KEY.apiKey}&signature=abcdef ${KEY.apiSecret}` },
];

test.each((['futures', 'portfolio_margin'] as const).flatMap(account => FAULTS.map(fault => ({ account, fault }))))(
  '%o',
  async ({ account, fault }) => {
    const rig = liquidationRig({ portfolioMargin: account === 'portfolio_margin' });
    rig.account.open('BTCUSDT', '0.5');
    rig.account.open('BTCUSD_PERP', '250');
    rig.account.rest({ symbol: 'ETHUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '40', price: '2900' });
    if (fault) for (const skip of [0, 2, 9]) rig.exchange.faults.add({ on: {}, skip, times: 3, fault });
    const signatures: string[] = [];
    Object.assign(rig.world, {
      telemetry: createTelemetry({ service: 'test', level: 'DEBUG' }),
      openExchange: createBinance({
        baseUrl: 'https://one.example',
        recvWindowMs: 2_000,
        clock: () => rig.clock,
        transport: inMemoryWire(request => {
          const signature = new URLSearchParams(request.query).get('signature');
          if (signature) signatures.push(signature);
          return rig.exchange.respond(request);
        }),
      }),
    });
    written.length = 0;
    const exchange = { account, markets: ['usdm', 'coinm'] } as const;
    const answer = await rig.run({ reason: 'leak test' }, { exchange });
    const preflight = await rig.preflight({ exchange });
    const auditLog = await rig.auditLog(answer.correlation_id);
    const all = written.join('') + JSON.stringify([answer, preflight, auditLog]);
    expect(signatures.length).toBeGreaterThan(0);
    expect(all).toContain('liquidation_started');
    expect([KEY.apiKey, KEY.apiSecret, ...signatures].filter(text => all.includes(text))).toEqual([]);
  },
);
