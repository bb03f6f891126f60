/** The drill's door at the exchange: it counts who comes in, and holds answers back until they are let go. */

import { afterEach, expect, test } from 'vitest';
import { openRequestCounter, type RequestCounter } from '../../bin/commands/drill/request-counter.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createExchange } from '../../simulator/exchange.ts';

const PING = '/fapi/v1/ping';
const TIME = '/fapi/v1/time';

let door: RequestCounter;
afterEach(() => door.close());

const ask = async (path: string): Promise<number> => (await fetch(`${door.url}${path}`)).status;

test('from the first request to a path on, every answer is held back until it is let go', async () => {
  door = await openRequestCounter(createExchange({ clock: startClock() }));
  door.holdFrom(TIME);
  expect(await ask(PING)).toBe(200);
  expect(door.held()).toBe(0);
  const answers: number[] = [];
  const first = ask(TIME).then(status => answers.push(status));
  await expect.poll(() => door.held()).toBe(1);
  const second = ask(PING).then(status => answers.push(status));
  await expect.poll(() => door.held()).toBe(2);
  expect(answers).toEqual([]);
  door.release();
  await Promise.all([first, second]);
  expect(answers).toEqual([200, 200]);
  expect([await ask(TIME), door.held(), door.entered(), door.acted()]).toEqual([200, 0, 4, 0]);
  await fetch(`${door.url}/fapi/v1/order`, { method: 'POST' });
  expect([door.entered(), door.acted()]).toEqual([5, 1]);
});

test('closes with answers still held back', async () => {
  door = await openRequestCounter(createExchange({ clock: startClock() }));
  door.holdFrom(PING);
  const asked = ask(PING).catch(() => 'cut off');
  await expect.poll(() => door.held()).toBe(1);
  await door.close();
  expect([200, 'cut off']).toContain(await asked);
});
