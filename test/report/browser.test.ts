/** The report in Chromium: silent, alone, readable wide, narrow, dark and on paper, with its details under the pointer. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, openBrowser } from '../support/chromium.ts';
import { endlessRun, normalRun, pageOf, silentBotRun, stubbornRun } from './report-rig.ts';

const REPORTS = {
  normal: () => normalRun('<img src="https://evil.example/x.png" onerror="document.title=1"><script>1</script>'),
  stubborn: () => stubbornRun(4),
  silent: silentBotRun,
  many: async () => endlessRun(300, 1),
} as const;
type Name = keyof typeof REPORTS;
const NAMES = Object.keys(REPORTS) as readonly Name[];

describe.skipIf(CHROMIUM === undefined)('a report in a browser', () => {
  let folder: string;
  let browser: Browser;
  const open: Page[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-test-'));
    for (const name of NAMES) writeFileSync(join(folder, `${name}.html`), pageOf(await REPORTS[name]()));
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const page of open.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function show(name: Name, width: number, colorScheme: 'light' | 'dark' = 'light') {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    open.push(page);
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(error.message));
    page.on('request', request => asked.push(request.url()));
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(url);
    return { page, said, asked: () => asked.filter(to => to !== url) };
  }

  /** What stands out over the right edge of what is shown, but for what scrolls by itself. */
  const sticksOut = (page: Page): Promise<readonly string[]> =>
    page.evaluate(`[...document.querySelectorAll('body *')]
      .filter(one => matchMedia('print').matches || !one.closest('.wide'))
      .filter(one => !one.closest('caption, .shapes, .labels, svg svg'))
      .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
      .map(one => one.tagName + ' ' + one.textContent.slice(0, 40))`);

  test.each(NAMES)('%s, wide and narrow: nothing on the console, no request, nothing over the edge', async name => {
    const { page, said, asked } = await show(name, 1_280);
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect([width, await sticksOut(page)]).toEqual([width, []]);
    }
    expect([said, asked()]).toEqual([[], []]);
    expect(await page.title()).toMatch(/^(FLAT|NOT FLAT).*: liq_/);
  });

  test('under the pointer a mark shows its request', async () => {
    const { page } = await show('stubborn', 1_280);
    const mark = page.locator('a.r-refused').first();
    await mark.locator('use').hover();
    const under = `(() => {
      const box = document.querySelector('a.r-refused use').getBoundingClientRect();
      const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return found?.closest('a')?.querySelector('title')?.textContent;
    })()`;
    const told: string = await page.evaluate(under);
    expect(told.replaceAll('\u00a0', ' ')).toMatch(
      /^close ETHUSDT: refused, 400 \(-2022\) after 20 ms · POST \/fapi\/v1\/order · 12:00:\d\d\.\d{3} UTC, attempt 1, read 1$/,
    );
  });

  test('by the keyboard, Enter on what went wrong opens the table at its row', async () => {
    const { page } = await show('stubborn', 1_280);
    expect(await page.locator('details').first().getAttribute('open')).toBeNull();
    const mark = page.locator('a.r-refused').first();
    await mark.focus();
    await page.keyboard.press('Enter');
    const row = page.locator('tr:target');
    await row.waitFor();
    expect(await row.innerText()).toContain('refused 400 (-2022)');
    expect(await row.isVisible()).toBe(true);
    // What went well is no stop for the Tab key.
    expect(await page.locator('a.r-ok:not([tabindex="-1"])').count()).toBe(0);
  });

  test.each(['light', 'dark'] as const)('%s: text and marks have enough contrast', async scheme => {
    const { page } = await show('stubborn', 1_280, scheme);
    const contrasts: readonly (readonly [string, number])[] = await page.evaluate(CONTRASTS);
    expect(contrasts.length).toBeGreaterThan(100);
    expect(contrasts.filter(([, ratio]) => ratio < 4.5)).toEqual([]);
    const marks: readonly (readonly [string, number])[] = await page.evaluate(MARK_CONTRASTS);
    expect(marks.length).toBeGreaterThan(1);
    expect(marks.filter(([, ratio]) => ratio < 3)).toEqual([]);
  });

  test('a reader of the dark page gets white paper', async () => {
    const { page } = await show('normal', 695, 'dark');
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(18, 24, 31)');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
  });

  /** A4 without its margins, in CSS pixels: 184 mm by 267 mm. */
  const PAPER = { width: 695, height: 1_009 };

  test.each(NAMES)('%s on paper: no table and no figure is cut', async name => {
    const { page } = await show(name, PAPER.width);
    await page.emulateMedia({ media: 'print' });
    expect(await sticksOut(page)).toEqual([]);
    const tall: readonly number[] = await page.evaluate(
      `[...document.querySelectorAll('figure, .verdict, .legend, tr')].map(one => one.getBoundingClientRect().height)`,
    );
    expect(Math.max(...tall)).toBeLessThan(PAPER.height);
    const folded = page.locator('details.printed');
    for (const one of await folded.all()) expect(await one.locator('tbody tr').first().isVisible()).toBe(true);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(30);
  });
});

/** WCAG 2.2: relative luminance, of what is opaque; grounds are searched for upwards. */
const LUMINANCE = `
  const rgb = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const groundOf = one => { for (let at = one; at; at = at.parentElement) {
    const ground = rgb(getComputedStyle(at).backgroundColor); if (ground.length === 3) return ground; }
    return rgb(getComputedStyle(document.documentElement).backgroundColor); };`;

const CONTRASTS = `(() => {${LUMINANCE}
  return [...document.querySelectorAll('p, td, th, dt, dd, li, h1, h2, h3, h4, b, code, span, summary, figcaption')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== ''))
    .map(one => [one.textContent.slice(0, 40), ratio(rgb(getComputedStyle(one).color), groundOf(one))]);
})()`;

const MARK_CONTRASTS = `(() => {${LUMINANCE}
  const page = groundOf(document.body);
  return [...new Set([...document.querySelectorAll('a.m')].map(one => one.getAttribute('class')))]
    .map(name => [name, ratio(rgb(getComputedStyle(document.querySelector('a.' + name.split(' ').join('.'))).color), page)]);
})()`;
