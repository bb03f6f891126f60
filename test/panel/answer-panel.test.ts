import { describe, expect, test } from 'vitest';
import type { PlannedAction } from '../../lambda/contract.ts';
import { botStanding } from '../../lambda/core/heartbeat/bot-standing.ts';
import { answer } from '../drill/kept-promise.ts';
import { remainingOf } from '../support/stored-records.ts';
import { buttonIn, ENDPOINT, NOW_MS, panelRig, textOf, typed } from './panel-rig.ts';

const plan: readonly PlannedAction[] = [
  {
    ...{ symbol: 'BTCUSDT', notional: '33500', cancel_orders: 2, cancel_conditional_entries: 1 },
    ...{ cancel_protective_after_close: 1, closes: [{ side: 'SELL', position_side: 'BOTH', quantity: '0.500' }] },
  },
];
const dryRun = answer({ state: 'skipped', headline: 'DRY RUN', success: true, dry_run: true, plan });
const flat = answer({ total_realized_pnl: '-12.5', positions_closed: 1 });

describe('the overview', () => {
  test('shows the verdict, then the bots, then the last liquidations', async () => {
    const rig = panelRig();
    await rig.beats('alpha', 'beta');
    await rig.tested();
    const text = textOf(await rig.press({}));
    expect(text).toMatch(
      /^\s*2 BOTS WATCHED, ALL ALIVE .* alpha alive 0 s ago in 2 min .* Last liquidations None on record\./,
    );
    expect(text).toContain(
      'As of 03:12:40 UTC Last watchdog run: 20 s ago Protection: on Preflights: 2 of 2 ready, the oldest 1 h ago Version: 1.2.3 (0123456)',
    );
  });

  test('marks bots that are not ready, whose preflight is overdue, and that never had one', async () => {
    const rig = panelRig(['alpha', 'beta', 'gamma', 'delta']);
    const late = { botId: 'beta', finishedAtMs: NOW_MS - 30 * 3_600_000 };
    const failed = { botId: 'alpha', headline: 'NOT READY', failedChecks: ['secret', 'test order'] } as const;
    for (const changes of [late, failed, { botId: 'delta' }]) await rig.tested(changes);
    const text = textOf(await rig.press({}));
    expect(text).toMatch(/^\s*1 BOT NOT READY alpha: the preflight 1 h ago failed at secret, test order, and /);
    expect(text).toMatch(
      / 2 BOTS NOT TESTED beta and 1 other: the last preflight was 1 d 6 h ago, and should run daily\./,
    );
    expect(text).toContain('Preflights: 1 of 4 ready, the oldest 1 d 6 h ago');
    expect(text).toMatch(
      / alpha \(not ready 1 h ago\) .* beta \(last tested 1 d 6 h ago\) .* delta never seen .* gamma \(never tested\) /,
    );
    const pages = await Promise.all(
      ['alpha', 'beta', 'gamma', 'delta'].map(async bot_id => textOf(await rig.press({ press: 'bot', bot_id }))),
    );
    for (const [index, says] of [
      'Last preflight: NOT READY , 1 h ago: secret, test order ',
      'Last preflight: ready, but too long ago: 1 d 6 h ago ',
      'Last preflight: none on record ',
      'Last preflight: ready , 1 h ago ',
    ].entries()) {
      expect(pages[index]).toContain(says);
    }
  });

  test('every button calls the function that the widget calls', async () => {
    const rig = panelRig();
    const html = await rig.press({});
    const endpoints = [...html.matchAll(/endpoint="([^"]*)"/g)].map(([, endpoint]) => endpoint);
    expect(endpoints.length).toBeGreaterThan(8);
    expect(new Set(endpoints)).toEqual(new Set([ENDPOINT.replaceAll('=', '&#61;')]));
  });

  test('still shows the configured bots and LIQUIDATE when the tables are away', async () => {
    const rig = panelRig();
    rig.bots.injectFaults(() => 'hang');
    rig.stores.script.failNext('hang', { times: 10 });
    const html = await rig.press({});
    expect(textOf(html)).toMatch(/^\s*NOT EVERYTHING COULD BE READ /);
    expect(textOf(html)).toContain('LIQUIDATE works without the tables.');
    expect(buttonIn(html, 'Liquidate beta')).toEqual({ press: 'plan', bot_id: 'beta' });
  });

  test('says that protection is switched off, by the configuration or by the environment', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    rig.environment = { ...rig.environment, EMERGENCY_LIQUIDATION_DISABLED: 'true' };
    expect(textOf(await rig.press({}))).toMatch(/^\s*PROTECTION IS SWITCHED OFF .*EMERGENCY_LIQUIDATION_DISABLED/);
  });

  test.each([1_400, 690])('fits a hundred bots at %d px into less than a megabyte', async width => {
    const rig = panelRig(Array.from({ length: 100 }, (_, index) => `bot-${index + 1}`));
    await rig.beats('bot-7');
    const html = await rig.press({}, { width });
    expect(html.match(/title="Liquidate bot-/g)).toHaveLength(100);
    expect(html.length).toBeLessThan(1_000_000);
  });

  test('marks a bot that is not in the configuration', async () => {
    const rig = panelRig(['alpha']);
    await rig.beats('stray');
    expect(textOf(await rig.press({}))).toContain('stray (not in the configuration) alive');
  });
});

describe('an event that is not a button', () => {
  test.each<[unknown]>([[{ press: 'liquidate_all' }], [[]], [{ key1: 'value1' }], ['liquidate'], [null]])(
    '%j changes nothing and says so',
    async event => {
      const rig = panelRig();
      await rig.beats('alpha');
      const before = structuredClone([...rig.bots.rows()]);
      const text = textOf(await rig.raw(event));
      expect(text).toMatch(/^\s*NOTHING DONE The event was not understood\. /);
      expect([...rig.bots.rows()]).toEqual(before);
      expect([rig.called, rig.queued]).toEqual([[], []]);
    },
  );

  test('describe is answered in Markdown, and says who may press', async () => {
    const text = await panelRig().raw({ describe: true });
    expect(text).toMatch(/^## /);
    expect(text).toContain('lambda:InvokeFunction');
  });
});

describe('a button that only reads', () => {
  test('runs a preflight and shows each check', async () => {
    const rig = panelRig();
    const check = { name: 'secret', status: 'failed', detail: 'it is empty', duration_ms: 3, heading: 'The secret' };
    rig.outcome = {
      kind: 'answered',
      payload: {
        ...{ headline: 'NOT READY', ready: false, bot_id: 'alpha', checks: [check], duration_seconds: 0.2 },
        ...{ correlation_id: 'liq_20261121_031240_abcdef', plan: [] },
      },
    };
    const text = textOf(await rig.press({ press: 'preflight', bot_id: 'alpha' }));
    expect(rig.called).toEqual([{ action: 'preflight', bot_id: 'alpha' }]);
    expect(text).toContain('NOT READY: alpha A liquidation would fail now.');
    expect(text).toContain('✗ secret it is empty (docs/troubleshooting.md, “The secret”)');
  });

  test('makes a dry run with the name of the panel, and shows the plan', async () => {
    const rig = panelRig();
    rig.outcome = { kind: 'answered', payload: dryRun };
    const text = textOf(await rig.press({ press: 'dry_run', bot_id: 'alpha' }));
    const reason = 'control panel (dashboard flatline-production)';
    expect(rig.called).toEqual([{ trigger: 'manual', bot_id: 'alpha', dry_run: true, reason }]);
    expect(text).toContain(
      'BTCUSDT 33500.00 SELL 0.500 2 orders, 1 conditional entry, after the close 1 protective order',
    );
  });

  test.each([
    ['nothing of it', [], 'Not known: the account could not be read. A liquidation reads it again.'],
    ['a part of it', plan, 'Part of the account could not be read: more may be open than this. Closes at market'],
  ])('an account of which %s could be read does not count as flat', async (_what, seen, sentence) => {
    const error = { code: 'RATE_LIMITED', message: 'Too many requests.', heading: 'Rate limit reached' } as const;
    const errors = [error, error, error];
    const unread = answer({ state: 'failed', headline: 'DRY RUN', success: false, dry_run: true, plan: seen, errors });
    const rig = panelRig();
    rig.outcome = { kind: 'answered', payload: unread };
    const popup = await rig.press({ press: 'dry_run', bot_id: 'alpha' });
    const page = textOf(await rig.press({ press: 'plan', bot_id: 'alpha' }));
    for (const text of [textOf(popup), page]) {
      expect(text).toContain(sentence);
      expect(text).toContain('RATE_LIMITED (3 times): Too many requests.');
      expect(text).not.toContain('Nothing is open');
    }
    expect(popup).toContain('class="fl-tone fl-bad"');
    expect(page).toContain(' LIQUIDATE alpha Cancel ');
  });

  test.each([
    [{ kind: 'not-taken', why: 'Lambda did not take the call.' }, 'Lambda did not take the call.'],
    [{ kind: 'unknown', why: 'It did not answer within 58 s.' }, 'It did not answer within 58 s.'],
    [{ kind: 'answered', payload: 'what' }, 'answered something that is no answer of its own'],
  ] as const)('%j: no result is shown as no result', async (outcome, sentence) => {
    const rig = panelRig();
    rig.outcome = outcome;
    const text = textOf(await rig.press({ press: 'preflight', bot_id: 'alpha' }));
    expect(text).toMatch(/NO ANSWER: alpha/);
    expect(text).toContain(sentence);
  });
});

describe('LIQUIDATE', () => {
  const open = async (rig = panelRig()) => {
    rig.outcome = { kind: 'answered', payload: dryRun };
    const html = await rig.press({ press: 'plan', bot_id: 'alpha' });
    rig.called.length = 0;
    rig.outcome = { kind: 'answered', payload: flat };
    return { rig, html, event: buttonIn(html, 'LIQUIDATE alpha now') };
  };

  test('first shows the plan, asks for the name, and has a confirmation; nothing is done', async () => {
    const rig = panelRig();
    rig.outcome = { kind: 'answered', payload: dryRun };
    const html = await rig.press({ press: 'plan', bot_id: 'alpha' });
    expect(rig.called).toMatchObject([{ dry_run: true, bot_id: 'alpha' }]);
    expect(textOf(html)).toContain('Closes at market: 1 position. Cancels: 4 orders.');
    expect(html).toContain('name="flatline_bot_name"');
    expect(html).toMatch(/title="LIQUIDATE alpha now".*?<cwdb-action [^>]*confirmation="LIQUIDATE alpha now\? /);
  });

  test('with the name typed, calls the liquidator with the ID of the plan, the dashboard and the reason', async () => {
    const { rig, event } = await open();
    const text = textOf(await rig.press(event, typed('alpha', 'exchange maintenance')));
    expect(rig.called).toEqual([
      {
        trigger: 'manual',
        bot_id: 'alpha',
        correlation_id: 'liq_20261121_031240_abababababababab',
        reason: 'control panel (dashboard flatline-production): exchange maintenance',
      },
    ]);
    expect(text).toContain('FLAT: alpha 1 position closed, 0 failed, 1 order cancelled, PnL −12.5, 0.3 s.');
  });

  test.each([[''], ['alph'], ['Alpha'], ['beta'], ['alpha beta']])('with “%s” typed nothing is done', async name => {
    const { rig, event } = await open();
    const html = await rig.press(event, typed(name, 'because'));
    expect(rig.called).toMatchObject([{ dry_run: true }]);
    expect(textOf(html)).toMatch(/^\s*NOTHING DONE .*the bot’s name is “alpha”\./);
    expect(html).toContain('value="because"');
  });

  test('that did nothing says so, and names the liquidation that is in progress', async () => {
    const { rig, event } = await open();
    const bot = { correlationId: 'liq_20261121_031200_aaaaaa', botId: 'alpha', symbols: undefined };
    const lease = { holder: 'elsewhere', nowMs: NOW_MS, leaseUntilMs: NOW_MS + 30_000, retakeCompletedBeforeMs: 0 };
    const claim = { ...bot, ...lease, trigger: 'manual' } as const;
    await rig.stores.lock.claim(claim, 1_000);
    const text = textOf(await rig.press(event, typed('')));
    expect(text).toMatch(/^\s*NOTHING DONE BY THIS PRESS, BUT A LIQUIDATION IS AT WORK No name was typed/);
    expect(text).toContain('liq_20261121_031200_aaaaaa is at work on the account of alpha: see the overview.');
  });

  test('pressed twice, sends the same ID, so it acts once; the second result is shown as the stored one', async () => {
    const { rig, event } = await open();
    await rig.press(event, typed('alpha'));
    rig.outcome = { kind: 'answered', payload: { ...flat, replayed: true } };
    const text = textOf(await rig.press(event, typed('alpha')));
    expect(new Set(rig.called.map(call => call.correlation_id)).size).toBe(1);
    expect(text).toContain('This is the stored result of an earlier press; nothing was done now.');
  });

  test.each([
    [600_000, true],
    [600_001, false],
    [-60_000, true],
    [-61_000, false],
  ])('of a page that is %d ms old: taken is %s', async (ageMs, taken) => {
    const { rig, event } = await open();
    rig.now = NOW_MS + ageMs;
    const text = textOf(await rig.press(event, typed('alpha')));
    expect(rig.called.some(call => call.dry_run === undefined)).toBe(taken);
    if (!taken) expect(text).toMatch(/^\s*NOTHING DONE That plan was made /);
  });

  test('works when the plan is not available', async () => {
    const rig = panelRig();
    rig.outcome = { kind: 'unknown', why: 'It did not answer within 58 s.' };
    const html = await rig.press({ press: 'plan', bot_id: 'alpha' });
    expect(textOf(html)).toContain(
      'The plan is not available: It did not answer within 58 s. LIQUIDATE works without it.',
    );
    expect(buttonIn(html, 'LIQUIDATE alpha now')).toMatchObject({ press: 'liquidate', bot_id: 'alpha' });
  });

  test('that Lambda does not accept is queued with the same ID', async () => {
    const { rig, event } = await open();
    rig.outcome = { kind: 'not-taken', why: 'Lambda did not take the call (TooManyRequestsException).' };
    const text = textOf(await rig.press(event, typed('alpha')));
    expect(rig.queued).toEqual(rig.called);
    expect(text).toContain('QUEUED: alpha');
  });

  test('that the queue does not accept either says that nothing was done', async () => {
    const { rig, event } = await open();
    rig.outcome = { kind: 'not-taken', why: 'Lambda did not take the call (AccessDeniedException).' };
    rig.queueFails = true;
    const text = textOf(await rig.press(event, typed('alpha')));
    expect(text).toContain(
      'NOT STARTED: alpha Lambda did not take the call (AccessDeniedException). Nothing was done.',
    );
  });

  test('without an answer is not sent twice and not shown as done', async () => {
    const { rig, event } = await open();
    rig.outcome = { kind: 'unknown', why: 'It did not answer within 58 s.' };
    const text = textOf(await rig.press(event, typed('alpha')));
    expect(rig.queued).toEqual([]);
    expect(text).toContain('STARTED, OUTCOME UNKNOWN: alpha');
  });

  test('that ends not flat names the open positions and has the button again', async () => {
    const { rig, event } = await open();
    const left = {
      symbol: 'ETHUSDT',
      position_side: 'BOTH',
      amount: '-4',
      notional: '13200',
      protective_orders: 1,
    } as const;
    const errors = [{ code: 'ORDER_REFUSED', message: 'Margin is insufficient.', heading: 'Positions not closing' }];
    rig.outcome = {
      kind: 'answered',
      payload: answer({
        ...{ headline: 'NOT FLAT, RETRYING UNTIL 03:27:40', state: 'partial', success: false, errors },
        remaining: remainingOf({ positions: [left] }),
      }),
    };
    const html = await rig.press(event, typed('alpha'));
    expect(textOf(html)).toContain('NOT FLAT, RETRYING UNTIL 03:27:40: alpha');
    expect(textOf(html)).toContain('Still open Symbol Side Amount Worth Protected by ETHUSDT BOTH -4 13200.00 1 stop');
    expect(textOf(html)).toContain(
      'ORDER_REFUSED : Margin is insufficient. (docs/troubleshooting.md, “Positions not closing”)',
    );
    expect(buttonIn(html, 'Liquidate alpha')).toEqual({ press: 'plan', bot_id: 'alpha' });
  });

  test('waits as long as the panel’s own timeout allows, and always returns a page', async () => {
    const { rig, event } = await open();
    await rig.press(event, typed('alpha'));
    expect(rig.waits).toEqual([58_000, 58_000]);
  });

  test('needs no table', async () => {
    const rig = panelRig();
    rig.bots.injectFaults(() => 'refuse');
    const { event } = await open(rig);
    expect(textOf(await rig.press(event, typed('alpha')))).toContain('FLAT: alpha');
  });
});

describe('snooze', () => {
  test('is stored with the dashboard and its end, and shown', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    const button = buttonIn(await rig.press({ press: 'bot', bot_id: 'alpha' }), 'Snooze alpha for 2 h');
    const text = textOf(await rig.press(button));
    expect(rig.bots.rows().get('alpha')).toMatchObject({
      ...{ last_change: 'snoozed', snoozed_until_ms: NOW_MS + 7_200_000, change_reason: 'snoozed for 2 h' },
      changed_by: 'control panel (dashboard flatline-production)',
    });
    expect(text).toMatch(/^\s*SNOOZED alpha is not watched until 05:12:40 UTC\./);
  });

  test('is ended by its button', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    const html = await rig.press({ press: 'snooze', bot_id: 'alpha', minutes: 480 });
    rig.now += 1_000;
    expect(textOf(await rig.press(buttonIn(html, 'End the snooze')))).toMatch(/SNOOZE ENDED .* State alive/);
  });

  test('that is ended starts the deadline anew, as its confirmation says', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    const html = await rig.press({ press: 'snooze', bot_id: 'alpha', minutes: 480 });
    expect(html).toContain('It is watched again at once, and its deadline counts from now.');
    rig.now += 3_600_000;
    expect(textOf(await rig.press(buttonIn(html, 'End the snooze')))).toMatch(/Deadline in \d/);
  });

  test('of a bot that never reported is refused, with the reason', async () => {
    const text = textOf(await panelRig().press({ press: 'snooze', bot_id: 'alpha', minutes: 30 }));
    expect(text).toContain('NOTHING DONE Could not snooze alpha: it has never reported.');
  });

  test('whose write was lost is not shown as done', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    rig.bots.injectFaults(({ operation }) => (operation === 'change' ? 'lose-answer' : undefined));
    expect(textOf(await rig.press({ press: 'snooze', bot_id: 'alpha', minutes: 30 }))).toMatch(/^\s*NOT CERTAIN /);
  });
});

describe('re-arm', () => {
  const ID = 'liq_20261121_031000_abcdef';
  const tripped = async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    const row = rig.bots.rows().get('alpha') ?? {};
    rig.bots.edit('alpha', { ...row, watch_state: 'tripped', tripped_at_ms: NOW_MS - 160_000, correlation_id: ID });
    return rig;
  };

  test('asks first, and gives the bot its full time', async () => {
    const rig = await tripped();
    const html = await rig.press({ press: 'bot', bot_id: 'alpha' });
    expect(html).toMatch(/title="Re-arm alpha".*?confirmation="Re-arm alpha\? Check its account first\. /);
    const text = textOf(await rig.press(buttonIn(html, 'Re-arm alpha')));
    expect(text).toMatch(/^\s*RE-ARMED alpha is watched again/);
    const row = rig.bots.rows().get('alpha');
    expect(row).toMatchObject({ watch_state: 'armed', changed_by: 'control panel (dashboard flatline-production)' });
    expect(botStanding('alpha', row, NOW_MS, undefined, 0).deadAtMs).toBe(NOW_MS + 120_000);
  });

  test('from a page of an earlier incident does nothing', async () => {
    const rig = await tripped();
    const button = buttonIn(await rig.press({ press: 'bot', bot_id: 'alpha' }), 'Re-arm alpha');
    rig.bots.edit('alpha', { ...rig.bots.rows().get('alpha'), correlation_id: 'liq_20261121_031200_abcdef' });
    expect(textOf(await rig.press(button))).toMatch(/^\s*NOT RE-ARMED alpha was tripped again/);
    expect(rig.bots.rows().get('alpha')?.watch_state).toBe('tripped');
  });

  test('of an armed bot says that it is armed', async () => {
    const rig = panelRig();
    await rig.beats('alpha');
    expect(textOf(await rig.press({ press: 'rearm', bot_id: 'alpha' }))).toContain(
      'NOTHING DONE Could not re-arm alpha: it is armed.',
    );
  });
});
