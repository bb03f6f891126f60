/** Whatever stands in tables, answers and errors: the page keeps its own tags, attributes and actions, and no other. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, AnswerError } from '../../lambda/contract.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { escaped, html } from '../../lambda/views/markup.ts';
import { answer } from '../drill/kept-promise.ts';
import { hostileText, skeleton } from '../support/hostile-markup.ts';
import { claimOf, conclusionOf } from '../support/stored-records.ts';
import { NOW_MS, panelRig } from './panel-rig.ts';

const fragments = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</cwdb-action><cwdb-action action="call" endpoint="arn:evil" display="widget">{"press":"liquidate"}</cwdb-action>',
  '</style><style>*{display:none}',
  '" confirmation="',
  '`$',
  '<!--',
  ']]>',
  '&lt;b&gt;&#60;',
  '\u202Egnp.exe',
  '\u0000\u2028',
  '\uD800',
  'plain words',
];
const hostile = hostileText(fragments);

describe('escaped text', () => {
  test('for every text: contains no character with a meaning in HTML', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(escaped(text).replace(/&#\d+;/g, '')).not.toMatch(/[<>"'`=&\p{Cf}\p{Zl}]/u);
      }),
    );
  });

  test('an object that imitates markup is treated as text', () => {
    const forged = { toString: () => '<script>' };
    expect(html`<b>${forged as unknown as string}</b>`.toString()).toBe('<b>&#60;script&#62;</b>');
    expect(html`<b>${[html`<i>${'<'}</i>`, undefined, 7]}</b>`.toString()).toBe('<b><i>&#60;</i>7</b>');
  });
});

const row = (text: string): BotFields => ({
  ...{ watch_state: 'tripped', last_beat_at_ms: NOW_MS - 1_000, beats: text, correlation_id: text },
  ...{
    heartbeat_ms: text,
    last_change: 'snoozed',
    changed_at_ms: NOW_MS - 5_000,
    changed_by: text,
    change_reason: text,
  },
});
const crying = (text: string): BotFields => ({
  ...row(text),
  ...{ watch_state: 'armed', failed_at_ms: NOW_MS - 1_000, failed_reason: text },
});
const error = (text: string): AnswerError => ({ code: text, message: text, heading: text, symbol: text });
const full = (text: string): Answer =>
  answer({
    ...{ headline: text, state: 'failed', success: false, total_realized_pnl: text, errors: [error(text)] },
    realized_pnl: { [text]: text },
    warnings: [error(text)],
    remaining: {
      verified: false,
      seen_at: text,
      positions: [{ symbol: text, position_side: text as 'BOTH', amount: text, notional: text, protective_orders: 1 }],
      orders: 0,
    },
    plan: [
      {
        ...{ symbol: text, notional: text, cancel_orders: 1, cancel_conditional_entries: 0, not_closable: text },
        ...{ cancel_protective_after_close: 0, closes: [{ side: 'BUY', position_side: text, quantity: text }] },
      },
    ],
  });
const checks = (text: string) => [{ name: text, status: 'failed', detail: text, heading: text, duration_ms: 1 }];

/** Every page, with the text wherever a text from outside can come to stand. */
async function pagesWith(text: string): Promise<readonly string[]> {
  const rig = panelRig();
  rig.bots.edit('alpha', row(text));
  rig.bots.edit('beta', crying(text));
  const id = 'liq_20261121_031200_abcdef';
  const claim = { botId: 'alpha', trigger: 'manual', nowMs: NOW_MS - 9_000, leaseUntilMs: NOW_MS } as const;
  await rig.stores.lock.claim(claimOf(id, claim), 1_000);
  await rig.stores.lock.conclude(conclusionOf(id, { answer: full(text), nowMs: NOW_MS }), 1_000);
  await rig.tested({ botId: 'alpha', headline: 'NOT READY', failedChecks: [text] });
  const context = { dashboardName: `d${text}`, forms: { all: { flatline_bot_name: text, flatline_reason: text } } };
  const pages = [
    await rig.press({}, context),
    await rig.press({ press: 'bot', bot_id: 'alpha' }, context),
    await rig.press({ press: 'bot', bot_id: 'beta' }, context),
    await rig.press({ press: text }, context),
    await rig.press({ [text]: text }, context),
    await rig.press({ press: 'rearm', bot_id: 'alpha' }, context),
  ];
  const press = { press: 'liquidate', bot_id: 'alpha', correlation_id: 'liq_20261121_031240_abcdef' };
  const named = { ...context, forms: { all: { flatline_bot_name: 'alpha', flatline_reason: text } } };
  for (const outcome of [
    { kind: 'answered', payload: full(text) },
    {
      kind: 'answered',
      payload: { headline: text, ready: false, checks: checks(text), bot_id: text, duration_seconds: text },
    },
    { kind: 'answered', payload: text },
    { kind: 'unknown', why: text },
    { kind: 'not-taken', why: text },
  ] as const) {
    rig.outcome = outcome;
    pages.push(
      await rig.press({ press: 'preflight', bot_id: 'alpha' }, context),
      await rig.press({ press: 'dry_run', bot_id: 'alpha' }, context),
      await rig.press({ press: 'plan', bot_id: 'alpha' }, context),
      await rig.press(press, context),
      await rig.press(press, named),
    );
  }
  return pages;
}

test('T9: for every text from outside: each page has the tags it has with a harmless one', async () => {
  const harmless = (await pagesWith('xwordsx')).map(skeleton);
  await fc.assert(
    fc.asyncProperty(hostile, async text => {
      const pages = await pagesWith(text);
      expect(pages.map(skeleton)).toEqual(harmless);
    }),
    { numRuns: 60 },
  );
});

test('each button’s JSON stays intact, whatever text surrounds it', async () => {
  for (const page of await pagesWith(fragments.join(''))) {
    for (const [, json = ''] of page.matchAll(/<cwdb-action [^>]*>(.*?)<\/cwdb-action>/g)) {
      expect(['overview', 'bot', 'preflight', 'dry_run', 'plan', 'snooze', 'rearm', 'liquidate']).toContain(
        JSON.parse(json).press,
      );
      expect(json).not.toMatch(/[<>&]/);
    }
  }
});
