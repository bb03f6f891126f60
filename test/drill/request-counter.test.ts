/** The drill's request counter before the exchange: it counts requests, and holds answers back until they are let go. */

import { afterEach, expect, test } from 'vitest';
import { openRequestCounter, type RequestCounter } from '../../bin/commands/drill/request-counter.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createExchange } from '../../simulator/exchange.ts';

const PING = '/fapi/v1/ping';
const TIME = '/fapi/v1/time';

let counter: RequestCounter;
afterEach(() => counter.close());

const ask = async (path: string): Promise<number> => (await fetch(`${counter.url}${path}`)).status;

test('the request counter holds back every answer from the first request to a path on, until it is released', async () => {
  counter = await openRequestCounter(createExchange({ clock: startClock() }));
  counter.holdFrom(TIME);
  expect(await ask(PING)).toBe(200);
  expect(counter.held()).toBe(0);
  const answers: number[] = [];
  const first = ask(TIME).then(status => answers.push(status));
  await expect.poll(() => counter.held()).toBe(1);
  const second = ask(PING).then(status => answers.push(status));
  await expect.poll(() => counter.held()).toBe(2);
  expect(answers).toEqual([]);
  counter.release();
  await Promise.all([first, second]);
  expect(answers).toEqual([200, 200]);
  expect([await ask(TIME), counter.held(), counter.entered(), counter.acted()]).toEqual([200, 0, 4, 0]);
  await fetch(`${counter.url}/fapi/v1/order`, { method: 'POST' });
  expect([counter.entered(), counter.acted()]).toEqual([5, 1]);
});

test('the request counter closes with answers still held back', async () => {
  counter = await openRequestCounter(createExchange({ clock: startClock() }));
  counter.holdFrom(PING);
  const asked = ask(PING).catch(() => 'cut off');
  await expect.poll(() => counter.held()).toBe(1);
  await counter.close();
  expect([200, 'cut off']).toContain(await asked);
});
