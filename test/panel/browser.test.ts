/** The control panel as a person uses it: Chromium, the bundled functions, the simulated exchange. In order, as on a night. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import { tripChange } from '../../lambda/core/heartbeat/watch-changes.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { CHROMIUM, openBrowser } from '../support/chromium.ts';
import { type ServedPanel, servePanel } from './host/serve-panel.ts';
import { CONTEXT } from './panel-rig.ts';

const BY = 'control panel (dashboard flatline-local)';
const clock = startClock();

describe.skipIf(CHROMIUM === undefined)('the control panel in a browser', () => {
  let panel: ServedPanel;
  let bots: BotStore;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [panel, browser] = await Promise.all([servePanel({ clock, rttMs: 1 }), openBrowser()]);
    bots = createBotStore({ client: panel.served.cloud.tables.client, tableName: TABLE_NAMES.bots });
    await panel.served.tick();
    // As the daily rule does.
    for (const bot_id of ['alpha', 'beta', 'gamma']) {
      await panel.panel.invoke({ press: 'preflight', bot_id, widgetContext: CONTEXT });
    }
    page = await browser.newPage({ viewport: { width: 1_440, height: 700 } });
    await page.goto(`${panel.url}/`);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await panel?.close();
  });

  const widget = () => page.locator('#widget');
  const press = (title: string) => widget().locator(`[title^="${title}"]`).first().click();
  const confirm = (choice: 'yes' | 'no') => page.locator(`#confirm button[value=${choice}]`).click();
  const reads = (text: string) => widget().getByText(text, { exact: false }).first().waitFor();
  const overview = async () => {
    await page.locator('#refresh').click();
    await page.waitForFunction('!frame.hasAttribute("aria-busy")');
    await reads('Last liquidations');
  };
  const positionsOf = (botId: string) => panel.served.accounts.get(botId)?.truth().positions.length;
  const liquidations = () =>
    panel.served.cloud.lambda.invocations.filter(({ event }) => {
      const { trigger, dry_run } = event as { readonly trigger?: string; readonly dry_run?: boolean };
      return trigger !== undefined && dry_run !== true;
    }).length;

  test('opens with the verdict', async () => {
    await reads('2 BOTS WATCHED, ALL ALIVE');
    await reads('Not watched: 1 never reported.');
    await reads('3 of 3 ready, the oldest');
  });

  test('a preflight says in a popup that a liquidation would work', async () => {
    await press('Preflight of alpha');
    await page.locator('#popup[open]').getByText('READY').waitFor();
    await page.locator('#popup button').click();
  });

  test('a dry run shows the plan and changes nothing', async () => {
    await press('Dry run for alpha');
    await page.locator('#popup[open]').getByText('Closes at market: 3 positions. Cancels: 12 orders.').waitFor();
    await page.locator('#popup button').click();
    expect(positionsOf('alpha')).toBe(3);
  });

  test('LIQUIDATE with a wrong name does nothing, and says so', async () => {
    await press('Liquidate alpha');
    await widget().locator('[name=flatline_bot_name]').fill('alhpa');
    await press('LIQUIDATE alpha now');
    await confirm('yes');
    await reads('“alhpa” was typed, and the bot’s name is “alpha”.');
    expect([positionsOf('alpha'), liquidations()]).toEqual([3, 0]);
  });

  test('Cancel in the confirmation calls nothing', async () => {
    await widget().locator('[name=flatline_bot_name]').fill('alpha');
    await press('LIQUIDATE alpha now');
    await confirm('no');
    expect([positionsOf('alpha'), liquidations()]).toEqual([3, 0]);
    // Enter in a field is no button.
    await widget().locator('[name=flatline_bot_name]').press('Enter');
    expect(await page.locator('#confirm[open]').count()).toBe(0);
    expect(page.url()).toBe(`${panel.url}/`);
  });

  test('LIQUIDATE works by keyboard alone: name, reason, button, confirmation, and the account is flat', async () => {
    await widget().locator('[name=flatline_bot_name]').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('alpha');
    await page.keyboard.press('Tab');
    await page.keyboard.type('exercise');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#confirm[open]').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await reads('FLAT: alpha');
    const account = panel.served.accounts.get('alpha');
    expect(account?.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(account?.violations).toEqual([]);
    expect(positionsOf('beta')).toBe(3);
    // The liquidator calls itself for the read after FLAT; that one names no reason.
    const event = panel.served.cloud.lambda.invocations
      .map(invocation => invocation.event as object)
      .findLast(one => !('resume' in one));
    expect(event).toMatchObject({ trigger: 'manual', bot_id: 'alpha', reason: `${BY}: exercise` });
  });

  test('the overview lists the liquidation, and Tab reaches every button', async () => {
    await press('Back to the overview');
    await reads('manual, 3 positions closed');
    const buttons = await widget().locator('button').count();
    const reached = new Set<string>();
    await widget().locator('button').first().focus();
    for (let step = 0; step < buttons; step += 1) {
      reached.add(await page.evaluate('document.activeElement.title'));
      await page.keyboard.press('Tab');
    }
    expect(reached.size).toBe(buttons);
  });

  test('snooze asks for confirmation, is shown, and can be ended', async () => {
    await press('More about beta');
    await press('Snooze beta for 2 h');
    await confirm('yes');
    await reads('SNOOZED');
    expect(await bots.read('beta', 5_000)).toMatchObject({ last_change: 'snoozed', changed_by: BY });
    await press('End the snooze of beta');
    await confirm('yes');
    await reads('SNOOZE ENDED');
    await overview();
    await reads('2 BOTS WATCHED, ALL ALIVE');
  });

  test('re-arm asks for confirmation, and the tripped bot is watched again', async () => {
    await panel.heartbeats.start('gamma');
    panel.heartbeats.still('gamma');
    const trip = { tickId: 'tick', correlationId: 'liq_20261121_031000_abcdef', lockoutMs: 60_000 };
    const nowMs = clock.nowMs();
    const row = readBotRow('gamma', (await bots.read('gamma', 5_000)) ?? {});
    await bots.change(tripChange(row, { ...trip, deadlineMs: nowMs, nowMs }), 5_000);
    await overview();
    await reads('1 BOT TRIPPED');
    await press('More about gamma');
    await press('Re-arm gamma');
    await confirm('yes');
    await reads('RE-ARMED');
    expect(await bots.read('gamma', 5_000)).toMatchObject({ watch_state: 'armed', changed_by: BY });
  });

  test('markup in a table row is shown as text and not run', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><cwdb-action action="call">{}</cwdb-action>';
    await bots.change({ botId: 'gamma', doing: 'spoil', requires: [], set: { changed_by: evil } }, 5_000);
    await overview();
    await press('More about gamma');
    await reads(evil);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await widget().locator('img').count()).toBe(0);
  });

  test.each([
    ['light', 24],
    ['light', 12],
    ['dark', 24],
    ['dark', 12],
  ] as const)('reads well in %s at %d units: enough contrast, nothing beside the widget', async (theme, units) => {
    await page.locator(`#tools [value=${theme}]`).check();
    await page.locator(`#tools [value="${units}"]`).check();
    await overview();
    expect(await page.evaluate(TOO_FAINT)).toEqual([]);
    expect(await page.evaluate('widget.scrollWidth - widget.clientWidth')).toBe(0);
    await press('Liquidate beta');
    await reads('LIQUIDATE beta?');
    expect(await page.evaluate(TOO_FAINT)).toEqual([]);
    expect(await page.evaluate('widget.scrollWidth - widget.clientWidth')).toBe(0);
  });

  test.each(['light', 'dark'] as const)(
    'on a phone in %s: LIQUIDATE of each bot is in view, and so is the form',
    async theme => {
      await page.locator(`#tools [value=${theme}]`).check();
      await page.setViewportSize({ width: 400, height: 800 });
      await overview();
      const edges = (title: string): Promise<readonly number[]> =>
        widget()
          .locator(`[title^="${title}"]`)
          .evaluateAll(all =>
            all.flatMap(one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]),
          );
      for (const title of ['Liquidate alpha', 'Liquidate beta', 'Liquidate gamma', 'More about beta']) {
        const found = await edges(title);
        expect(found.length, title).toBe(2);
        expect(found.every(x => x >= 0 && x <= 400)).toBe(true);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
      expect(await page.evaluate('widget.scrollWidth - widget.clientWidth')).toBe(0);
      expect(await page.evaluate(TOO_FAINT)).toEqual([]);
      await press('Liquidate beta');
      await reads('LIQUIDATE beta?');
      expect((await edges('LIQUIDATE beta now')).every(x => x >= 0 && x <= 400)).toBe(true);
      expect(await page.evaluate('widget.scrollWidth - widget.clientWidth')).toBe(0);
      await page.setViewportSize({ width: 1_440, height: 700 });
    },
  );

  test('changes are shown without a press, and an open plan stays', async () => {
    await overview();
    panel.heartbeats.still('beta');
    await reads('1 BOT LATE');
    await press('Liquidate beta');
    await reads('LIQUIDATE beta?');
    expect(await widget().locator('[data-refresh-ms]').count()).toBe(0);
    await panel.heartbeats.start('beta');
    await overview();
  });

  test('the button that closes positions does not look like the one beside it', async () => {
    await press('Liquidate beta');
    await widget().locator('[name=flatline_bot_name]').fill('beta');
    await press('LIQUIDATE beta now');
    const ground = (value: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('#confirm button[value=${value}]')).backgroundColor`);
    expect(await ground('yes')).toBe('rgb(197, 19, 12)');
    expect(await ground('no')).not.toBe(await ground('yes'));
    await confirm('no');
    await overview();
  });

  test('the page says when the cloud does not answer, and recovers when it does', async () => {
    await page.route('**/invoke', route => route.abort());
    await page.locator('#refresh').click();
    await page
      .locator('#gone')
      .getByText(/does not answer: this is of \d\d:\d\d:\d\d UTC/)
      .waitFor();
    await page.unroute('**/invoke');
    await page.locator('#gone').waitFor({ state: 'hidden' });
    await reads('Last liquidations');
  });

  test('the page says that its tables are away, and LIQUIDATE still ends flat', async () => {
    panel.served.cloud.tables.faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' });
    await page.locator('#refresh').click();
    await reads('NOT EVERYTHING COULD BE READ');
    await press('Liquidate beta');
    await widget().locator('[name=flatline_bot_name]').fill('beta');
    await press('LIQUIDATE beta now');
    await confirm('yes');
    await reads('FLAT: beta');
    expect(positionsOf('beta')).toBe(0);
  });

  test('no page contains a key', async () => {
    const html = await page.content();
    expect(panel.served.secrets.filter(secret => html.includes(secret))).toEqual([]);
    expect(panel.panel.logs.filter(line => panel.served.secrets.some(secret => line.includes(secret)))).toEqual([]);
  });
});

/** Texts of the widget whose contrast to their ground is below 4.5 (WCAG 2.2, 1.4.3). Runs in the browser. */
const TOO_FAINT = `(() => {
  const parts = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const groundOf = element => {
    for (let one = element; one !== null; one = one.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(one).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('#widget .fl *')) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '')) continue;
    if (element.closest('cwdb-action, style')) continue;
    const [one, other] = [light(parts(getComputedStyle(element).color)), light(groundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faint.push(element.textContent.slice(0, 40) + ' ' + contrast.toFixed(2));
  }
  return faint;
})()`;
