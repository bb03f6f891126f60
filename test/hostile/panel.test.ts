/**
 * The control panel with tables that somebody has edited, and a liquidator that answers anything: always a page,
 * and after LIQUIDATE never one that says that nothing was done.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOT_ATTRIBUTES } from '../../lambda/bot-row.ts';
import { correlationId } from '../../lambda/core/invocation/identity.ts';
import { answer } from '../drill/kept-promise.ts';
import { tries } from '../faults/extent.ts';
import { NOW_MS, panelRig, textOf, typed } from '../panel/panel-rig.ts';
import { remainingOf } from '../support/stored-records.ts';
import { edited, nastyJson, nastyText, plainFields, randomEdit } from './hostile-values.ts';

const RUNS = tries(40);
const FAILED = /control panel itself failed/;

const ROW = {
  ...Object.fromEntries(BOT_ATTRIBUTES.map(name => [name, NOW_MS - 300_000])),
  ...{ watch_state: 'armed', watch_shard: 1, beats: 3, seen_beat: `3@${NOW_MS - 300_000}` },
  ...{ heartbeat_ms: 10_000, late_after_ms: 30_000, dead_after_ms: 120_000 },
  ...{ last_change: 'armed', changed_by: 'ops', change_reason: 'x', failed_reason: 'x' },
};
const PLANNED = {
  ...{ symbol: 'BTCUSDT', notional: '32500', cancel_orders: 1, cancel_conditional_entries: 0 },
  ...{ cancel_protective_after_close: 1, closes: [{ side: 'SELL', position_side: 'BOTH', quantity: '0.5' }] },
};
const ERROR = { code: 'X', message: 'm', heading: 'h', symbol: 'BTCUSDT', known: 'unknown' };
const LEFT = { symbol: 'BTCUSDT', position_side: 'BOTH', amount: '1', notional: '2', protective_orders: 1 };
const ANSWERS: readonly unknown[] = [
  { ...answer({ state: 'skipped', headline: 'DRY RUN', dry_run: true }), plan: [PLANNED] },
  answer({
    errors: [{ ...ERROR, known: 'unknown' }],
    remaining: remainingOf({ positions: [{ ...LEFT, position_side: 'BOTH' }], orders: 1 }),
  }),
  {
    ...{ headline: 'READY', ready: true, correlation_id: 'x', bot_id: 'alpha', plan: [PLANNED], duration_seconds: 1 },
    checks: [{ name: 'secret', status: 'ok', detail: 'x', duration_ms: 1, heading: 'h' }],
  },
];
const edits = fc.array(randomEdit, { minLength: 1, maxLength: 3 });
const payload: fc.Arbitrary<unknown> = fc.oneof(
  nastyJson,
  fc.tuple(fc.constantFrom(...ANSWERS), edits).map(([ours, all]) => all.reduce(edited, ours)),
);

describe('for every row of a bot', () => {
  const row = fc.oneof(
    nastyJson.map(plainFields),
    edits.map(all => plainFields(all.reduce(edited, ROW))),
  );

  it('there is the overview, and the page of the bot', async () => {
    await fc.assert(
      fc.asyncProperty(row, row, nastyText, async (alpha, watchdog, other) => {
        const rig = panelRig();
        rig.bots.edit('alpha', alpha);
        rig.bots.edit(other, alpha);
        rig.bots.edit('#watchdog', watchdog);
        for (const page of [await rig.press({}), await rig.press({ press: 'bot', bot_id: 'alpha' })]) {
          expect(page).toContain('alpha');
          expect(textOf(page)).not.toMatch(FAILED);
          expect(page.length).toBeLessThan(500_000);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('for every answer of the liquidator', () => {
  it.each(['preflight', 'dry_run', 'plan'])('%s shows it, or says that there is none', async press => {
    await fc.assert(
      fc.asyncProperty(payload, async what => {
        const rig = panelRig();
        rig.outcome = { kind: 'answered', payload: what };
        const page = await rig.press({ press, bot_id: 'alpha' });
        expect(textOf(page)).not.toMatch(FAILED);
        expect(textOf(page)).toMatch(/READY|alpha/);
      }),
      { numRuns: RUNS },
    );
  });

  it('LIQUIDATE shows it, or says that the outcome is not known', async () => {
    await fc.assert(
      fc.asyncProperty(payload, async what => {
        const rig = panelRig();
        rig.outcome = { kind: 'answered', payload: what };
        const id = correlationId(NOW_MS, 'ab'.repeat(8));
        const page = textOf(
          await rig.press({ press: 'liquidate', bot_id: 'alpha', correlation_id: id }, typed('alpha')),
        );
        expect(page).not.toMatch(FAILED);
        expect(page).not.toMatch(/NOTHING DONE|NOT BEGUN/);
        expect(page).toContain(id);
        expect(rig.called).toHaveLength(1);
      }),
      { numRuns: RUNS },
    );
  });
});
