import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPanelEvent, whoPressed } from '../../lambda/views/panel/panel-event.ts';
import { CONTEXT } from './panel-rig.ts';

const ID = 'liq_20261121_031240_abcdef';
const from = (event: object) => readPanelEvent({ ...event, widgetContext: CONTEXT });

describe('an event that a button sends is accepted', () => {
  test.each<[object]>([
    [{}],
    [{ press: 'overview' }],
    [{ press: 'bot', bot_id: 'alpha' }],
    [{ press: 'preflight', bot_id: 'alpha' }],
    [{ press: 'dry_run', bot_id: 'alpha' }],
    [{ press: 'plan', bot_id: 'alpha' }],
    [{ press: 'snooze', bot_id: 'alpha', minutes: 0 }],
    [{ press: 'snooze', bot_id: 'alpha', minutes: 30 }],
    [{ press: 'snooze', bot_id: 'alpha', minutes: 120 }],
    [{ press: 'snooze', bot_id: 'alpha', minutes: 480 }],
    [{ press: 'rearm', bot_id: 'alpha' }],
    [{ press: 'rearm', bot_id: 'alpha', correlation_id: ID }],
    [{ press: 'liquidate', bot_id: 'alpha', correlation_id: ID }],
  ])('%j', event => {
    expect(from(event)).toMatchObject({ kind: 'press', press: { press: 'overview', ...event } });
  });

  test('describe asks for the description, with a context and without', () => {
    expect(readPanelEvent({ describe: true })).toEqual({ kind: 'describe' });
    expect(from({ describe: true })).toEqual({ kind: 'describe' });
  });
});

describe('any other event is refused with the reason', () => {
  test.each<[object, string]>([
    [{ press: 'liquidate_all' }, '"liquidate_all" is not a button of this panel.'],
    [{ press: 'constructor' }, '"constructor" is not a button of this panel.'],
    [{ press: null }, 'null is not a button of this panel.'],
    [{ press: 'liquidate', bot_id: 'alpha' }, 'correlation_id is missing.'],
    [{ press: 'liquidate', correlation_id: ID }, 'bot_id is missing.'],
    [{ press: 'liquidate', bot_id: 'Alpha', correlation_id: ID }, 'bot_id "Alpha" is not valid.'],
    [{ press: 'liquidate', bot_id: '#watchdog', correlation_id: ID }, 'bot_id "#watchdog" is not valid.'],
    [{ press: 'liquidate', bot_id: ['alpha'], correlation_id: ID }, 'bot_id a list of 1 is not valid.'],
    [{ press: 'liquidate', bot_id: 'alpha', correlation_id: 'x' }, 'correlation_id "x" is not valid.'],
    [{ press: 'liquidate', bot_id: 'alpha', correlation_id: ID, force: true }, 'force does not belong to this button.'],
    [{ press: 'snooze', bot_id: 'alpha', minutes: 31 }, 'minutes 31 is not valid.'],
    [{ press: 'snooze', bot_id: 'alpha', minutes: '30' }, 'minutes "30" is not valid.'],
    [{ press: 'snooze', bot_id: 'alpha' }, 'minutes is missing.'],
    [{ key1: 'value1' }, 'key1 does not belong to this button.'],
    [{ trigger: 'manual', bot_id: 'alpha' }, 'trigger, bot_id does not belong to this button.'],
    [{ describe: 'yes' }, 'describe must be true, or be left out.'],
  ])('%j', (event, problem) => {
    expect(from(event)).toMatchObject({ kind: 'refused', problem });
  });

  test.each([[undefined], [null], ['overview'], [7], [[{ press: 'overview' }]]])('%j is no event', event => {
    expect(readPanelEvent(event)).toMatchObject({ kind: 'refused', problem: 'The event is not a JSON object.' });
  });

  test.each(['preflight', 'dry_run', 'plan', 'snooze', 'rearm', 'liquidate'])(
    '%s without a dashboard: who asks by hand has better ways',
    press => {
      const parts = { snooze: { minutes: 30 }, liquidate: { correlation_id: ID } }[press] ?? {};
      const event = { press, bot_id: 'alpha', ...parts };
      expect(from(event).kind).toBe('press');
      expect(readPanelEvent(event).kind).toBe('refused');
      expect(readPanelEvent({ ...event, widgetContext: { dashboardName: '' } }).kind).toBe('refused');
    },
  );
});

test('an invalid context is replaced by defaults', () => {
  const view = (widgetContext: unknown) => {
    const reading = readPanelEvent({ widgetContext });
    return reading.kind === 'describe' ? undefined : reading.view;
  };
  const usual = { dashboard: undefined, theme: 'light', widthPx: 1_400, typed: { botName: '', reason: '' } };
  for (const nonsense of [undefined, null, 'x', [], { theme: 7, width: 'wide', forms: 3 }, { forms: { all: null } }]) {
    expect(view(nonsense)).toEqual(usual);
  }
  expect(
    view({ dashboardName: 'd', theme: 'dark', width: 690, forms: { all: { flatline_bot_name: ' alpha ' } } }),
  ).toEqual({ dashboard: 'd', theme: 'dark', widthPx: 690, typed: { botName: 'alpha', reason: '' } });
});

test('the presser is recorded as the dashboard, because AWS does not name the person', () => {
  expect(whoPressed({ dashboard: 'nights', theme: 'light', widthPx: 1, typed: { botName: '', reason: '' } })).toBe(
    'control panel (dashboard nights)',
  );
});

test('for every JSON: reading never throws, and a press has exactly its own keys', () => {
  const keys: Readonly<Record<string, readonly string[]>> = {
    overview: [],
    bot: ['bot_id'],
    preflight: ['bot_id'],
    dry_run: ['bot_id'],
    plan: ['bot_id'],
    snooze: ['bot_id', 'minutes'],
    rearm: ['bot_id', 'correlation_id'],
    liquidate: ['bot_id', 'correlation_id'],
  };
  const likely = fc.record(
    {
      press: fc.oneof(fc.constantFrom(...Object.keys(keys)), fc.string()),
      bot_id: fc.oneof(fc.constant('alpha'), fc.string()),
      minutes: fc.oneof(fc.constant(30), fc.integer()),
      correlation_id: fc.oneof(fc.constant(ID), fc.string()),
      stray: fc.string(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(likely, fc.jsonValue()), event => {
      const reading =
        typeof event === 'object' && event !== null && !Array.isArray(event) ? from(event) : readPanelEvent(event);
      if (reading.kind !== 'press') return;
      const own = Object.keys(event as object).filter(key => key !== 'press');
      expect(keys[reading.press.press]).toEqual(expect.arrayContaining(own));
    }),
    { numRuns: 500 },
  );
});
