/** Whatever stands in the tables: the report stays a page of its own tags, leads nowhere, and holds no secret. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { hostileText, skeleton } from '../support/hostile-markup.ts';
import { KEY, liquidationRig } from '../support/liquidation-rig.ts';
import { ID, longAndShort, normalRun, pageOf, refuseCloses, type Sources, sourcesOf } from './report-rig.ts';

describe('any content of the tables', () => {
  const fragments = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><style>*{display:none}',
    '</title></svg><svg onload=alert(1)>',
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '\u202Egnp.exe',
    '\u0000\u2028',
    '\uD800',
    'https://evil.example/x.png',
    '1e999',
    'plain words',
  ];
  const hostile = hostileText(fragments);

  /** The same text wherever a stranger could have put one. */
  function planted({ record, items }: Sources, text: string): Sources {
    const item = (one: AuditItem): AuditItem => ({
      ...one,
      bot_id: text,
      operation: one.operation,
      data: {
        ...one.data,
        ...('reason' in one.data ? { reason: text } : {}),
        ...('headline' in one.data ? { headline: text } : {}),
        ...('realized_pnl' in one.data ? { realized_pnl: text, quantity: text, commissions: { [text]: text } } : {}),
        ...('requests' in one.data
          ? { requests: (one.data.requests as readonly object[]).map(row => ({ ...row, path: text, method: text })) }
          : {}),
        ...('positions' in one.data
          ? {
              positions: (one.data.positions as readonly object[]).map(row => ({
                ...row,
                notional: text,
                mark_price: text,
              })),
            }
          : {}),
      },
      ...(one.error === undefined ? {} : { error: { ...one.error, message: text, known: text } }),
    });
    return {
      items: items.map(item),
      record: record && ({ ...record, botId: text, trigger: text, symbols: [text] } as unknown as LiquidationRecord),
    };
  }

  test('it stays text: the page keeps its own tags and attributes, and no other', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    refuseCloses(rig, 'BTCUSDT');
    await rig.run({ correlation_id: ID }, { liquidation: { resumeMs: 0, maxRetries: 1 } });
    const sources = await sourcesOf(rig);
    const expected = skeleton(pageOf(planted(sources, 'plain')));
    fc.assert(
      fc.property(hostile, text => {
        expect(skeleton(pageOf(planted(sources, text)))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('it never fails, and never leads out of the page', async () => {
    const { record, items } = await normalRun();
    const anything = fc.anything({ withBigInt: false, maxDepth: 1 });
    const oneOf = <T>(list: readonly T[]) => fc.constantFrom(...list);
    const fields = oneOf([
      'timestamp',
      'event_type',
      'writer',
      'seq',
      'data',
      'error',
      'symbol',
      'attempt',
      'hash',
    ] as const);
    fc.assert(
      fc.property(oneOf([...items.keys()]), fields, anything, (at, field, value) => {
        const changed = items.map((item, index) => (index === at ? { ...item, [field]: value } : item));
        const page = pageOf({ record, items: changed as readonly AuditItem[] });
        expect(page).toMatch(/<\/html>\n$/);
        const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, to = '']) => to);
        expect(links.filter(to => !/^#(s|q)[-\w]+$/.test(to))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('instants and latencies of no sense neither fail nor stretch the timeline', async () => {
    const { record, items } = await normalRun();
    for (const [started_at_ms, latency_ms] of [
      [-1, 20],
      [1e300, 20],
      [8.7e15, 1],
      [Date.UTC(2024, 1, 29, 12, 0, 7), 1e12],
      [Date.UTC(2024, 1, 29, 12, 0, 7), -5],
    ]) {
      const odd = items.map(item =>
        item.event_type === 'liquidation_positions_queried'
          ? {
              ...item,
              data: {
                ...item.data,
                requests: [{ method: 'GET', path: '/fapi/v3/positionRisk', status: 200, started_at_ms, latency_ms }],
              },
            }
          : item,
      );
      const page = pageOf({ record, items: odd });
      const places = [...page.matchAll(/ (?:x|x1|x2|width)="(-?[\d.]+|NaN)%"/g)].map(([, place]) => Number(place));
      expect(places.length).toBeGreaterThan(20);
      expect(places.filter(place => !(place >= 0 && place <= 100.5))).toEqual([]);
    }
  });

  test('no secret, token or address that is one', async () => {
    const secrets = [
      KEY.apiKey,
      'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
    ];
    const everything = [
      `key ${secrets[0]} ${secrets[1]}`,
      `aws ${secrets[2]}`,
      `https://${secrets[3]}`,
      `GET /fapi/v3/positionRisk?timestamp=1&signature=${secrets[4]}`,
    ].join(' ; ');
    const { record, items } = planted(await normalRun(), everything);
    const page = pageOf({ record, items });
    expect(page).toContain('[redacted]');
    for (const secret of secrets) expect(page).not.toContain(secret);
    // The seal's hash looks like a key, and is wanted.
    expect(page).toContain(record?.seals[0]?.lastHash ?? 'no seal');
  });
});
