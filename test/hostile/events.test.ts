/**
 * Any event, at each handler: it always answers, and does nothing unless the event is valid. The
 * configuration may be any text as well, and then protection stays on.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execute } from '../../lambda/app/liquidator/execute.ts';
import { watch } from '../../lambda/app/watchdog/tick.ts';
import { TRIGGERS } from '../../lambda/contract.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { isWholeAnswer, isWholePreflight } from '../../lambda/core/invocation/call-outcome.ts';
import { watchRig } from '../app/watch-rig.ts';
import { tries } from '../faults/extent.ts';
import { panelRig } from '../panel/panel-rig.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';
import { deepText, edited, nastyJson, nastyText, randomEdit } from './hostile-values.ts';

const RUNS = tries(40);

/** Events of bots, of the console and of flatline, each with up to two edits. */
const OURS: readonly unknown[] = [
  { trigger: 'manual' },
  { action: 'liquidate', trigger: 'shutdown', bot_id: 'default', reason: 'x', symbols: ['BTCUSDT'], dry_run: false },
  { trigger: 'watchdog', correlation_id: 'liq_20240229_120007_abc123' },
  { trigger: 'manual', resume: { hop: 2, not_before_ms: 0, until_ms: 1_800_000_000_000 } },
  { action: 'preflight' },
  { action: 'tick' },
  {
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    resources: ['arn:aws:events:eu-west-1:1:rule/x-watchdog-y'],
  },
  { press: 'liquidate', bot_id: 'alpha', correlation_id: 'liq_20261121_031240_abcdef', widgetContext: {} },
  { describe: true },
];
const event: fc.Arbitrary<unknown> = fc.oneof(
  nastyJson,
  fc
    .tuple(fc.constantFrom(...OURS), fc.array(randomEdit, { minLength: 1, maxLength: 2 }))
    .map(([ours, edits]) => edits.reduce(edited, ours)),
);

const KEYS = new Set(['action', 'trigger', 'bot_id', 'correlation_id', 'dry_run', 'symbols', 'reason', 'resume']);
/** Independent reading of the specification: an object of known keys, with a known trigger. */
function mayAct(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false;
  const { trigger, action = 'liquidate' } = raw as { trigger?: unknown; action?: unknown };
  return (
    action === 'liquidate' &&
    TRIGGERS.some(known => known === trigger) &&
    Object.keys(raw).every(key => KEYS.has(key)) &&
    Object.getPrototypeOf(raw) === Object.prototype
  );
}

describe('for every event', () => {
  it('the liquidator answers, and changes nothing unless exactly that was requested', async () => {
    await fc.assert(
      fc.asyncProperty(event, async raw => {
        const rig = liquidationRig();
        rig.account.open('BTCUSDT', '0.5');
        rig.account.watch();
        const answer = await rig.run({}, { rawEvent: raw });
        const whole: unknown = JSON.parse(JSON.stringify(answer));
        expect([raw, isWholeAnswer(whole) || isWholePreflight(whole)]).toEqual([raw, true]);
        expect(JSON.stringify(answer).length).toBeLessThan(100_000);
        const written = rig.exchange.journal.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/test'));
        if (!mayAct(raw)) expect(written).toEqual([]);
        if (answer.headline.startsWith('REFUSED')) expect(rig.exchange.journal).toEqual([]);
        expect(rig.account.violations).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('the watchdog answers, and checks no bot unless it is a tick', async () => {
    await fc.assert(
      fc.asyncProperty(event, async raw => {
        const rig = watchRig();
        const config = { settings: { ...SAFE_DEFAULTS, bots: [defaultBot('alpha')] }, isFallback: false };
        const answer = await watch(rig.world, config, raw, 60_000);
        expect(typeof answer.success).toBe('boolean');
        if ('errors' in answer) expect(rig.bots.calls).toEqual([]);
        expect(rig.invoked).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('the control panel shows a page, and calls only what its own buttons call', async () => {
    await fc.assert(
      fc.asyncProperty(event, async raw => {
        const rig = panelRig();
        await rig.beats('alpha');
        const page = await rig.raw(raw);
        expect(page).toMatch(/flatline|control panel/i);
        expect(page.isWellFormed()).toBe(true);
        for (const call of [...rig.called, ...rig.queued]) {
          const isLiquidation = call.action !== 'preflight' && call.dry_run !== true;
          // None of these events has the name that must be typed.
          expect([call, isLiquidation]).toEqual([call, false]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('for every configuration in the environment', () => {
  const valid = JSON.parse(toJson({ ...SAFE_DEFAULTS, bots: [defaultBot('default')] })) as unknown;
  const text = fc.oneof(
    nastyText,
    nastyJson.map(json => JSON.stringify(json)),
    fc.array(randomEdit, { minLength: 1, maxLength: 3 }).map(edits => JSON.stringify(edits.reduce(edited, valid))),
    fc.constantFrom(deepText(50_000), `{"liquidation":${'{"a":'.repeat(50_000)}`, '{"__proto__":{"bots":[]}}'),
  );

  it('protection stays on: only a valid file switches it off', async () => {
    await fc.assert(
      fc.asyncProperty(text, nastyText, async (configText, disabledText) => {
        const config = effectiveSettings({ configText, disabledText });
        const { liquidation } = config.settings;
        if (config.isFallback) expect(liquidation).toEqual(SAFE_DEFAULTS.liquidation);
        if (!liquidation.emergencyLiquidation) expect(configText).toMatch(/emergency_liquidation/);
        expect(JSON.stringify(config).length).toBeLessThan(200_000);
        const rig = liquidationRig();
        const answer = await execute(rig.world, config, { trigger: 'manual' }, 60_000);
        expect(typeof answer.headline).toBe('string');
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
