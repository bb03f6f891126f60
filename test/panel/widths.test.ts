/** The panel's pages with the longest names and numbers, at each width: nothing is cut off, no word stands upright. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import { liquidatedPage } from '../../lambda/views/panel/answer-page.ts';
import { liquidatePage } from '../../lambda/views/panel/liquidate-page.ts';
import type { Overview } from '../../lambda/views/panel/overview.ts';
import { overviewPage } from '../../lambda/views/panel/overview-page.ts';
import type { Frame } from '../../lambda/views/panel/page.ts';
import { answer } from '../drill/kept-promise.ts';
import { CHROMIUM, openBrowser } from '../support/chromium.ts';
import { remainingOf } from '../support/stored-records.ts';
import { ENDPOINT, NOW_MS } from './panel-rig.ts';

const LONGEST = 'b'.repeat(64);
const ID = 'liq_20261121_031000_abcdef';
const HUGE = '123456789012.12345678';
const PARTIAL = { state: 'partial', success: false, headline: 'NOT FLAT, CHECK BY HAND' } as const;
const unread = { kind: 'unread', why: 'The table bots could not list the bots (ECONNREFUSED).' } as const;
const read = <T>(value: T) => ({ kind: 'read', value }) as const;

const ended: LiquidationRecord = {
  ...{ correlationId: ID, state: 'partial', priorState: 'in_progress', attempts: 1, botId: LONGEST },
  ...{ trigger: 'watchdog', holder: undefined, leaseUntilMs: undefined, symbols: undefined, seals: [] },
  ...{ firstStartedAtMs: NOW_MS - 86_400_000, startedAtMs: NOW_MS, finishedAtMs: NOW_MS, resumeAtMs: undefined },
  answer: answer({ ...PARTIAL, realized_pnl: { USDT: `-${HUGE}`, BTC: '-0.00012345' } }),
  carried: undefined,
};
const overview: Overview = {
  ...{ nowMs: NOW_MS, configured: ['alpha', LONGEST], bots: unread, canary: undefined, tickedAtMs: unread },
  ...{ recent: read([ended, ended]), unfinished: unread, preflights: unread, protection: unread },
};
const positions = ['ETHUSDT', '1000000MOGUSDT'].map(symbol => ({
  ...{ symbol, position_side: 'BOTH' as const, amount: HUGE, notional: HUGE, protective_orders: 0 },
}));
const plan = positions.map(({ symbol }) => ({
  ...{ symbol, notional: HUGE, closes: [{ side: 'SELL', position_side: 'LONG', quantity: HUGE } as const] },
  ...{ cancel_orders: 2, cancel_conditional_entries: 1, cancel_protective_after_close: 1 },
}));
const errors = [
  { code: 'CLOSE_REFUSED', symbol: 'ETHUSDT', message: 'x'.repeat(300), heading: 'NOT FLAT, or FLAT with a warning' },
] as never;

const PAGES: Readonly<Record<string, (frame: Frame) => string>> = {
  overview: frame => overviewPage(frame, overview),
  plan: frame =>
    liquidatePage(frame, {
      ...{ botId: LONGEST, correlationId: ID },
      plan: {
        kind: 'answered',
        payload: answer({ state: 'skipped', headline: 'DRY RUN', dry_run: true, plan, errors }),
      },
    }),
  answer: frame =>
    liquidatedPage(frame, {
      ...{ botId: LONGEST, correlationId: ID, queued: undefined },
      outcome: {
        kind: 'answered',
        payload: answer({ ...PARTIAL, errors, remaining: { ...remainingOf({}), positions } }),
      },
    }),
};

const framed = (widthPx: number, docsUrl?: string): Frame => ({
  ...{ endpoint: ENDPOINT, nowMs: NOW_MS, version: '1.2.3 (0123456)', docsUrl },
  view: { dashboard: 'flatline-production', theme: 'light', widthPx, typed: { botName: '', reason: '' } },
});

describe.skipIf(CHROMIUM === undefined)('the panel at each width', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  const open = async (name: string, widthPx: number) => {
    await page.setViewportSize({ width: widthPx, height: 800 });
    await page.setContent(`<!doctype html><body style="margin:0">${PAGES[name]?.(framed(widthPx))}`);
  };
  const cases = Object.keys(PAGES).flatMap(name =>
    [360, 719, 720, 979, 980, 1_146, 1_400].map(px => [name, px] as const),
  );

  test.each(cases)('%s at %i px: nothing is over the edge, and each text has room', async (name, widthPx) => {
    await open(name, widthPx);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(widthPx);
    expect(await page.evaluate(OVER_THE_EDGE)).toEqual([]);
    expect(await page.evaluate(UPRIGHT)).toEqual([]);
  });

  test.each(Object.keys(PAGES))('%s on a phone: whatever can be pressed is 44 px high', async name => {
    await open(name, 360);
    expect(await page.evaluate(TOO_SMALL)).toEqual([]);
  });
});

test('the remedy of an error is a link if the documents have an address, else a path', () => {
  expect(PAGES.answer?.(framed(400))).toContain('docs/troubleshooting.md');
  const linked = PAGES.answer?.(framed(400, 'https://docs.example/main'));
  expect(linked).toContain('href="https://docs.example/main/troubleshooting.md#not-flat-or-flat-with-a-warning"');
  expect(linked).not.toContain('docs/troubleshooting.md');
});

const OVER_THE_EDGE = `[...document.querySelectorAll('.fl *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.textContent.slice(0, 40))`;

/** Cells of a few letters' width, whose words would be written one letter below the other. */
const UPRIGHT = `[...document.querySelectorAll('.fl td.fl-free, .fl td.fl-name, .fl li')]
  .filter(one => one.getBoundingClientRect().width < 80)
  .map(one => one.textContent.slice(0, 40))`;

const TOO_SMALL = `[...document.querySelectorAll('.fl button, .fl input')]
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => one.textContent)`;
