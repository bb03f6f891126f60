/**
 * Answers made to use up memory or time, over real sockets: far too long, packed to almost nothing, without end, or
 * written so that a careless pattern takes minutes over them.
 */

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createBinance } from '../../lambda/adapters/binance/open-exchange.ts';
import { pageTitle, sanitizerFor } from '../../lambda/adapters/binance/sanitize.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { HMAC_KEY, LIMITS, reply, rig } from '../adapters/binance/rig.ts';
import { deepText } from './hostile-values.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const MEGABYTE = Buffer.alloc(1024 * 1024, 0x20);

async function positionsFrom(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clock = startClock();
  const open = createBinance({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ recvWindowMs: 2_000, clock: () => clock },
  });
  return open(HMAC_KEY).send({ kind: 'positions' }, { timeoutMs: 20_000 });
}

/** Sends megabytes without end, as long as they are read. Gives how many were. */
function pour(response: ServerResponse): { taken: number } {
  const poured = { taken: 0 };
  const more = (): void => {
    while (!response.destroyed && poured.taken < 1_000) {
      poured.taken += 1;
      if (!response.write(MEGABYTE)) return void response.once('drain', more);
    }
  };
  more();
  return poured;
}

/** What grows with the square of these lengths takes longer even on a fast machine; nothing else does on a busy one. */
const SQUARE_MS = 60_000;

describe('an answer', () => {
  it('without end is left at 32 MB, long before its time is up', async () => {
    let poured = { taken: 0 };
    const outcome = await positionsFrom(response => {
      poured = pour(response);
    });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unknown', reason: 'no-answer', message: 'the answer was too long' },
    });
    // Data in buffers counts as read too.
    expect(poured.taken).toBeLessThan(100);
  });

  it('that unpacks to more is left as well', async () => {
    const packed = gzipSync(Buffer.alloc(33 * 1024 * 1024));
    const outcome = await positionsFrom(response => void response.setHeader('content-encoding', 'gzip').end(packed));
    expect(outcome).toMatchObject({ ok: false, failure: { certainty: 'unknown', reason: 'bad-reply' } });
  });

  it.each([
    ['lists within lists', deepText(1_000_000)],
    ['lists within lists around a long number', `${'['.repeat(200_000)}1234567890123456789${']'.repeat(200_000)}`],
    ['a page of titles that never end', `<html>${'<title '.repeat(500_000)}`],
    ['a path without end', '/'.repeat(2_000_000)],
    ['an address without end', 'https://'.repeat(200_000)],
    ['an error of white space', `{"code":-1,"msg":"${' '.repeat(1_000_000)}"}`],
  ])('of %s is read, or given up, in no time', async (_what, body) => {
    const { exchange } = rig(() => reply(400, body));
    const startedMs = performance.now();
    const outcome = await exchange.send({ kind: 'positions' }, LIMITS);
    expect(outcome.ok).toBe(false);
    expect(JSON.stringify(outcome).length).toBeLessThan(2_000);
    expect(performance.now() - startedMs).toBeLessThan(SQUARE_MS);
  });

  it.each(['1e999999', '-1e-999999', '9'.repeat(100_000), `0.${'0'.repeat(1_000)}1`, 5e-324, 1e308])(
    'with the amount %s is read, but not its row',
    async amount => {
      const row = { symbol: 'BTCUSDT', positionSide: 'BOTH', positionAmt: amount };
      const outcome = await rig(() => reply(200, [row])).exchange.send({ kind: 'positions' }, LIMITS);
      const unread = [{ symbol: 'BTCUSDT', problem: 'positionAmt: not a decimal number' }];
      expect(outcome).toMatchObject({ ok: true, value: { rows: [], unread } });
    },
  );
});

describe('a text from outside', () => {
  const shown = sanitizerFor(HMAC_KEY);

  it.each([
    ['slashes', '/'.repeat(20_000)],
    ['addresses', 'https://'.repeat(2_500)],
    ['questions', 'a/?'.repeat(7_000)],
    ['quotes', '"'.repeat(20_000)],
  ])('of %s is sanitized in a moment', (_what, text) => {
    const startedMs = performance.now();
    for (let times = 0; times < 20; times += 1) shown(text);
    expect(performance.now() - startedMs).toBeLessThan(SQUARE_MS);
  });

  it('has no escapes of a terminal, no overrides of direction and no half characters in it', () => {
    const text = shown('a\u001b[2Jb\u009b31mc\u202ed\u2066e\ud800f\u0000g\u0007h\u200e');
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(text.replaceAll('\ufffd', '')).toBe('a[2Jb31mcdefgh');
  });

  it('that is a page is known by its title, wherever its head begins', () => {
    expect(pageTitle('<!DOCTYPE html><html><head><title>403 Forbidden</title>')).toBe('HTML page: 403 Forbidden');
    expect(pageTitle(`<html>${' '.repeat(5_000)}<title>late</title>`)).toBe('HTML page: without a title');
  });
});
