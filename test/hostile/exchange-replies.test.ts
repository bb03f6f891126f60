/**
 * An exchange that answers anything: any JSON, any bytes, any headers, at any endpoint, and its own answers with one
 * value damaged. There is always an answer, in time. Nothing is opened, and nothing is sent that a liquidation does not send;
 * a dry run and a preflight touch nothing.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest, Transport } from '../../lambda/adapters/binance/http-transport.ts';
import type { HttpAnswer } from '../../lambda/adapters/binance/response.ts';
import { isWholeAnswer, isWholePreflight } from '../../lambda/core/invocation/call-outcome.ts';
import { tries } from '../faults/extent.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { deepText, type Edit, edited, nastyJson, nastyText, randomEdit } from './hostile-values.ts';

/** Which of an endpoint's answers are damaged, and how. */
interface Damage {
  readonly at: number;
  readonly every: boolean;
  readonly how:
    | { readonly kind: 'body'; readonly body: string }
    | { readonly kind: 'edits'; readonly edits: readonly Edit[] };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

const body = fc.oneof(
  nastyJson.map(json => JSON.stringify(json) ?? ''),
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes).toString('utf8')),
  nastyText,
  fc.constantFrom(deepText(100_000), '[', 'null', '{"code":-1021}', '{"code":"-99999999999999999999"}', '\ufeff[]'),
);

const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'x-mbx-used-weight-1m', 'x-mbx-order-count-10s', 'x-mbx-order-count-1m', 'date'),
  fc.oneof(
    nastyText,
    fc.constantFrom('-1', '99999999999999999999', '1e9', 'Thu, 01 Jan 1970', '0', '2399', '999999999'),
  ),
);

const randomDamage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat({ max: 7 }),
  every: fc.boolean(),
  how: fc.oneof(
    body.map(text => ({ kind: 'body', body: text }) as const),
    fc.array(randomEdit, { minLength: 1, maxLength: 3 }).map(edits => ({ kind: 'edits', edits }) as const),
  ),
  status: fc.constantFrom(200, 200, 200, 200, 201, 204, 400, 401, 403, 404, 418, 429, 451, 500, 502, 503, 0, 999),
  headers,
});

const ENDPOINTS = [
  'positionRisk',
  'openOrders',
  'openAlgoOrders',
  'order',
  'algo',
  'userTrades',
  'exchangeInfo',
  'time',
];

/** Sits between the adapter and the exchange, and damages what comes back. */
function damagingWire(damages: readonly Damage[]): (wire: Transport) => Transport {
  return wire => request => {
    const flight = wire(request);
    return { ...flight, answer: flight.answer.then(answer => damaged(answer, request, damages)) };
  };
}

function damaged(answer: HttpAnswer, { target }: HttpRequest, damages: readonly Damage[]): HttpAnswer {
  return damages
    .filter(({ at }) => target.includes(ENDPOINTS[at] ?? ''))
    .reduce((now, { how, status, headers: lies, every }, index) => {
      if (!every && index % 2 === 1) return now;
      const text = how.kind === 'body' ? how.body : JSON.stringify(how.edits.reduce(edited, parsed(now.body)));
      return { status, body: text ?? '', headers: { get: name => lies[name] ?? now.headers.get(name) } };
    }, answer);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function furnish(rig: LiquidationRig): void {
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('ETHUSDT', '-3');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1', price: '1000' });
  rig.account.watch();
}

const RUNS = tries(40);
const TIMEOUT_MS = 3_000;
/** AWS Lambda, "Quotas": a synchronous answer may have 6 MB. */
const LARGEST_ANSWER = 6 * 1024 * 1024;

const ORDERS = /^\/fapi\/v1\/(order|allOpenOrders|algoOpenOrders|algoOrder)$/;

describe('an exchange that answers anything', () => {
  it('has an answer in time, and opens nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomDamage, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (damages, hedgeMode) => {
          const rig = liquidationRig({ hedgeMode, network: damagingWire(damages) });
          furnish(rig);
          const startedMs = rig.clock.nowMs();
          const answer = await rig.run({}, { liquidation: { timeoutMs: TIMEOUT_MS } });
          expect(rig.clock.nowMs() - startedMs).toBeLessThanOrEqual(TIMEOUT_MS);
          expect(rig.account.violations).toEqual([]);
          expect(['completed', 'partial', 'failed']).toContain(answer.state);
          expect(isWholeAnswer(JSON.parse(JSON.stringify(answer)))).toBe(true);
          // The sentence of an unexpected error.
          expect(answer.errors.map(({ message }) => message).join()).not.toMatch(/the log holds its stack/);
          expect(JSON.stringify(answer).length).toBeLessThan(LARGEST_ANSWER);
          const written = rig.exchange.journal.filter(({ method }) => method !== 'GET');
          for (const { path } of written) expect(path).toMatch(ORDERS);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('makes neither a dry run nor a preflight touch anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomDamage, { minLength: 1, maxLength: 4 }), async damages => {
        const rig = liquidationRig({ network: damagingWire(damages) });
        furnish(rig);
        const answer = await rig.run({ dry_run: true }, { liquidation: { timeoutMs: TIMEOUT_MS } });
        expect(['skipped', 'failed']).toContain(answer.state);
        const ready = await rig.preflight({ liquidation: { timeoutMs: TIMEOUT_MS } });
        expect(isWholePreflight(JSON.parse(JSON.stringify(ready)))).toBe(true);
        const written = rig.exchange.journal.filter(({ method }) => method !== 'GET');
        for (const { path } of written) expect(path).toBe('/fapi/v1/order/test');
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
