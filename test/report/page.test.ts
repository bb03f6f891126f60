/** What a report says of each kind of incident, and that it stays small. */

import { beforeAll, describe, expect, test } from 'vitest';
import { liquidationRig } from '../support/liquidation-rig.ts';
import {
  crashedRun,
  endlessRun,
  ID,
  longAndShort,
  normalRun,
  pageOf,
  refuseCloses,
  type Sources,
  silentBotRun,
  sourcesOf,
  stubbornRun,
  textIn,
} from './report-rig.ts';

const readOf = async (sources: Sources | Promise<Sources>): Promise<string> => textIn(pageOf(await sources));

/** Marks of requests on the timeline, by result. */
const marksIn = (page: string, result: string): number =>
  page.match(new RegExp(`<(?:a|g) class="m r-${result}"`, 'g'))?.length ?? 0;

describe('a report', () => {
  let normal: Sources;
  beforeAll(async () => {
    normal = await normalRun();
  });

  test('of a successful run shows verdict, cause, cost, both reads, closes, cancels and the proof', async () => {
    const text = await readOf(normal);
    expect(text).toContain('FLAT 2 of 2 positions closed, 1 order cancelled.');
    expect(text).toContain('The bot, as it shut down: exchange maintenance.');
    expect(text).toContain('started 2024-02-29 12:00:07.0');
    expect(text).toContain('done by flatline 1.2.3 (0123456)');
    expect(text).toContain('realised PnL −115.2 USDT the exchange’s own figure fees 23.363 USDT');
    expect(text).toContain('BTCUSDT LONG 0.500 33455.40 67000 66910.80 0.5 66910.8 −44.6 16.7277 USDT 0 ');
    expect(text).toContain('ETHUSDT SHORT −4.000 −13270.60 3300 3317.65 4 3317.65 −70.6 6.6353 USDT 0 ');
    expect(text).toContain('total −115.2 23.363 USDT');
    expect(text).toContain('stops kept, not cancelled BTCUSDT 1 0 1 ');
    expect(text).toContain('Errors and warnings None.');
    expect(text).toContain('PROVEN: no record was changed, removed, added, or cut off at the end.');
    expect(text).toContain('Written 2024-02-29 13:00:07 UTC by flatline 1.2.3.');
    expect(text).not.toContain('Missing information');
  });

  test('of a call whose symbol held nothing says so of the symbol, and never of the account', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    await rig.run({ correlation_id: ID, symbols: ['BTCUSD'] });
    const text = await readOf(sourcesOf(rig));
    expect(text).toContain('NOTHING SEEN IN BTCUSD 0 positions closed, no order cancelled.');
    expect(text).toContain('BTCUSD held no position.');
    expect(text).toContain('Still open of these symbols');
    expect(text).not.toMatch(/flat after|was flat|The account held no position/);
  });

  test('of named symbols calls them flat, and not the account', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    await rig.run({ correlation_id: ID, symbols: ['ETHUSDT'] });
    const text = await readOf(sourcesOf(rig));
    expect(text).toMatch(/FLAT \(ONLY ETHUSDT\) 1 of 1 position closed, .* ETHUSDT was flat \S+ ms after the start/);
  });

  test('draws a mark for each request, and lists each', () => {
    const page = pageOf(normal);
    const asked = normal.items.flatMap(({ data }) => [
      ...((data.requests as readonly unknown[] | undefined) ?? []),
      ...((data.other_requests as readonly unknown[] | undefined) ?? []),
    ]).length;
    expect(asked).toBeGreaterThan(10);
    expect(marksIn(page, 'ok')).toBe(asked);
    expect(page.match(/<tr id="q\d+"/g)).toHaveLength(asked);
  });

  test('has known facts in its incident form, and leaves the rest blank', async () => {
    const text = await readOf(normal);
    const writeUp = text.slice(text.lastIndexOf('Incident report'));
    expect(writeUp).toContain(`Deployment, bot, ID flatline-production in ap-northeast-1; default; ${ID}`);
    expect(writeUp).toContain('Symbols BTCUSDT, ETHUSDT');
    expect(writeUp).toContain('Closed 2 of 2 positions closed, 1 order cancelled.');
    expect(writeUp).toContain('Not closed The last read shows no position.');
    for (const blank of ['Closed by', 'Resolution', 'Root cause', 'Prevention']) {
      expect(writeUp).toContain(`${blank} to be filled in`);
    }
  });

  test('of one refusing symbol shows the open position, the error and its guide', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    refuseCloses(rig, 'BTCUSDT');
    await rig.run({ correlation_id: ID }, { liquidation: { resumeMs: 0 } });
    const sources = await sourcesOf(rig);
    const text = await readOf(sources);
    expect(text).toContain('NOT FLAT, CHECK BY HAND 1 of 2 positions closed, 1 not,');
    expect(text).toContain('Open at the last read: BTCUSDT 0.500. A stop still protects it.');
    expect(text).toMatch(/REDUCE_ONLY_REFUSED BTCUSDT .* refused: not executed 400 \/ −2022 .* unresolved/);
    expect(text).toContain('What to do By the exchange');
    expect(text).toContain('Not closed Open at the last read: BTCUSDT 0.500. A stop still protects it.');
    const refusals = rig.exchange.journal.filter(({ code }) => code === -2022).length;
    expect(refusals).toBeGreaterThan(1);
    expect(marksIn(pageOf(sources), 'refused')).toBe(refusals);
  });

  test('of an exchange that is overloaded distinguishes refused, throttled, unknown and silent', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    const on = { method: 'POST', path: '/fapi/v1/order' } as const;
    rig.exchange.faults.add({
      on: { ...on, symbol: 'BTCUSDT' },
      times: 1,
      fault: { kind: 'limited-429', retryAfterSeconds: 1 },
    });
    rig.exchange.faults.add({ on: { ...on, symbol: 'ETHUSDT' }, times: 1, fault: { kind: 'reset-before' } });
    rig.exchange.faults.add({
      on: { method: 'DELETE', path: '/fapi/v1/allOpenOrders' },
      times: 1,
      fault: { kind: '503-unknown', executed: false },
    });
    await rig.run({ correlation_id: ID });
    const page = pageOf(await sourcesOf(rig));
    // A 429 lasts: what was on its way when it came is throttled as well.
    const throttled = rig.exchange.journal.filter(({ status }) => status === 429).length;
    expect(throttled).toBeGreaterThan(0);
    expect([marksIn(page, 'throttled'), marksIn(page, 'no-answer'), marksIn(page, 'unknown')]).toEqual([
      throttled,
      1,
      1,
    ]);
    // The order that got no answer is queried, and the exchange does not know it.
    expect(textIn(page)).toContain('done refused throttled outcome unknown no answer');
    expect(textIn(page)).not.toMatch(/query: [^·]* · (?:POST|DELETE)/);
  });

  test('of one whose time was up marks the time-out', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    rig.exchange.faults.add({
      on: { method: 'POST', path: '/fapi/v1/order', symbol: 'ETHUSDT' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'hang-before' },
    });
    await rig.run({ correlation_id: ID }, { liquidation: { timeoutMs: 1_500, resumeMs: 0 } });
    const page = pageOf(await sourcesOf(rig));
    expect(page.match(/<g class="timeout">/g)).toHaveLength(1);
    expect(marksIn(page, 'no-answer')).toBeGreaterThan(0);
    const text = textIn(page);
    expect(text).toMatch(/time-out: the time for the answer ended, 12:00:0\d\.\d{3} UTC/);
    expect(text).toContain('partial, time-out');
    expect(text).toContain('NOT FLAT, CHECK BY HAND (after a time-out)');
  });

  test('of one that was handed over names each attempt, and the wait between them', async () => {
    const sources = await stubbornRun(3);
    const text = await readOf(sources);
    expect(text).toContain('FLAT 2 of 2 positions closed');
    expect(text).toMatch(/1 2024-02-29 12:00:07\.\d{3} [\d.]+ m?s \d+ \d+ partial.*? resumed [\d.]+ s later/);
    expect(text).toMatch(/attempt 1 partial, .*?; resumed [\d.]+ s later/);
    expect(text).toMatch(/no request for [\d.]+ s/);
    expect(text).toContain('resolved');
    expect(text).not.toContain('unresolved');
  });

  test('of one that died says so, and claims neither a sum nor a proof', async () => {
    const text = await readOf(crashedRun());
    expect(text).toContain('ITS ATTEMPT DIED, WAITING TO BE TAKEN UP');
    expect(text).toContain('Attempt 1 has no end: it died. What it did');
    expect(text).toContain('realised PnL not known fees not known');
    expect(text).toContain('died: no end recorded');
    expect(text).toContain('NOT PROVEN');
    expect(text).not.toContain('PROVEN: no record');
  });

  test('says that a position without a recorded close is not in the sums', async () => {
    const { record, items } = normal;
    const text = await readOf({
      record,
      items: items.filter(
        ({ event_type, symbol }) => !(event_type === 'liquidation_position_closed' && symbol === 'ETHUSDT'),
      ),
    });
    expect(text).toContain('ETHUSDT was open at the first read and not at the last; the audit log has no close of it.');
    expect(text).toMatch(/realised PnL [^,]*, without ETHUSDT/);
  });

  test('of a silent bot shows its last heartbeat, the warning and the deadline', async () => {
    const page = pageOf(await silentBotRun());
    const text = textIn(page);
    expect(text).toContain('The watchdog: silent beyond its deadline.');
    expect(text).toContain('last heartbeat 2024-02-29 11:58:06.950 notified as late 2024-02-29 11:58:36.950');
    expect(text).toContain('dead since 2024-02-29 12:00:06.950');
  });

  test('of a changed audit log shows the changed record and marks doubtful parts', async () => {
    const { record, items } = normal;
    const changed = items.map(item =>
      item.event_type === 'liquidation_position_closed' ? { ...item, data: { ...item.data, quantity: '999' } } : item,
    );
    const text = await readOf({ record, items: changed });
    expect(text).toContain('The audit log was changed: see “Hash chain”');
    expect(text).toMatch(
      /attempt 1 \d+ changed at item \d+: its content does not match its hash\. Record \d+ of attempt 1 now reads/,
    );
    expect(text).toContain('doubtful');
  });

  test('of an audit log with a gap says what is missing', async () => {
    const { record, items } = normal;
    const text = await readOf({ record, items: items.filter((_, index) => index !== 2) });
    expect(text).toContain('item 3 is missing in the middle');
    expect(text).toContain('Records are missing in the audit log: see “Hash chain”');
    expect(text).toContain('INCOMPLETE: records are missing; they were removed, or never stored.');
    expect(text).toMatch(/Attempt 1 counted \d+ requests, but the audit log has \d+: records are missing\./);
  });

  test('of a record without an audit log shows the answer, and says what is missing', async () => {
    const page = pageOf({ record: normal.record, items: [] });
    const text = textIn(page);
    expect(text).toContain('FLAT 2 positions closed');
    expect(text).toContain('The audit table has no record of it');
    expect(text).toContain('1 attempt; reads and requests are not known');
    expect(text).toContain('The audit log has no request.');
    expect(page).not.toContain('<figure>');
  });

  test('of an audit log without a record uses the audit log', async () => {
    const text = await readOf({ record: undefined, items: normal.items });
    expect(text).toContain('FLAT');
    expect(text).toContain('The liquidations table has no record of it');
    expect(text).toContain('NOT PROVEN');
  });

  test.each([
    ['a dry run', { dry_run: true, correlation_id: ID }, 'DRY RUN', 'What a liquidation would do'],
    [
      'a run that is switched off',
      { correlation_id: ID },
      'SKIPPED BY CONFIGURATION',
      'Liquidation is switched off: no request was sent, nothing was changed.',
    ],
  ])('of %s says so', async (name, event, headline, more) => {
    const rig = liquidationRig();
    longAndShort(rig);
    const off = { emergencyLiquidation: false, closePositions: false, cancelOrders: false };
    await rig.run(event, name === 'a dry run' ? {} : { liquidation: off });
    const text = await readOf(sourcesOf(rig));
    expect(text).toContain(headline);
    expect(text).toContain(more);
  });
});

test('a dry run that could not read the account does not call it empty', async () => {
  const rig = liquidationRig();
  longAndShort(rig);
  rig.exchange.faults.add({ on: { method: 'GET' }, times: 100, fault: { kind: 'refuse', code: -2014 } });
  await rig.run({ dry_run: true, correlation_id: ID });
  const text = await readOf(sourcesOf(rig));
  expect(text).toContain('what a liquidation would do is not known');
  expect(text).not.toContain('Nothing was open');
});

describe('the size of a report', () => {
  test('of 300 positions stays small, and folds away what is long', async () => {
    const rig = liquidationRig();
    rig.exchange.addManySymbols(300);
    for (let number = 1; number <= 300; number += 1)
      rig.account.open(`SYM${String(number).padStart(3, '0')}USDT`, '90.0');
    await rig.run({ correlation_id: ID }, { liquidation: { timeoutMs: 30_000 } });
    const page = pageOf(await sourcesOf(rig));
    expect(textIn(page)).toContain('300 of 300 positions closed');
    expect(page.length).toBeLessThan(1_500_000);
    expect(page).toContain('260 smaller positions, none of them still open');
  });

  test('of sixty attempts at 300 positions each is bounded, and says what it leaves out', () => {
    const page = pageOf(endlessRun(300, 60));
    expect(page.length).toBeLessThan(5_000_000);
    const text = textIn(page);
    expect(text).toMatch(/36 attempts in between are not drawn, from 13 to 48/);
    expect(text).toMatch(/16060 more.* are not listed/);
  });
});

test('a report of a liquidation that has not ended says so, and when it continues', async () => {
  const { record, items } = await stubbornRun(1);
  const text = textIn(pageOf({ record, items, nowMs: (record?.finishedAtMs ?? 0) + 100 }));
  expect(text).toMatch(/NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d/);
  expect(text).toContain('The liquidation has not ended: this page shows its state when the page was written.');
  expect(text).toMatch(/continues at 2024-02-29 12:/);
});

test('every class of a report has a style', async () => {
  for (const sources of [await normalRun(), await stubbornRun(1), await crashedRun()]) {
    const page = pageOf(sources);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const used = new Set([...page.matchAll(/ class="([^"]+)"/g)].flatMap(([, names = '']) => names.split(/\s+/)));
    expect(used.size).toBeGreaterThan(10);
    expect([...used].filter(name => name !== '' && !new RegExp(`\\.${name}(?![\\w-])`).test(style))).toEqual([]);
  }
});
