/** Following a liquidation by its audit log and its record, in virtual time: what is known stays known while a table is away. */

import { expect, test } from 'vitest';
import type { Connection } from '../../bin/connect/connection.ts';
import type { Invoked } from '../../bin/connect/functions.ts';
import { follow } from '../../bin/liquidation/follow.ts';
import type { CommandRun } from '../../bin/terminal/cli.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import type { Answer } from '../../lambda/contract.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const ID = 'liq_20240229_120007_abc123';
const AT_MOST_MS = 120_000;

function follower(rig: LiquidationRig) {
  const lines: string[] = [];
  const run = {
    print: (text = '') => void lines.push(text),
    paint: createPaint(false),
    screen: { paint: createPaint(false), width: 100 },
    interrupted: new AbortController().signal,
  } as unknown as CommandRun<object>;
  const { clock, stores } = rig;
  const connection = { clock, audit: stores.audit, runs: stores.lock.runs } as unknown as Connection;
  const answered = (answer: Answer): Invoked => ({ kind: 'answered', answer });
  return {
    lines,
    follow: (call: Invoked | Answer) =>
      follow(run, connection, {
        correlationId: ID,
        call: Promise.resolve('kind' in call ? call : answered(call)),
        atMostMs: AT_MOST_MS,
      }),
  };
}

/** One whose closes are refused: it is answered while it goes on. */
async function retrying() {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'refuse', code: -2022 },
  });
  const answer = await rig.run({ correlation_id: ID });
  expect(answer.headline).toMatch(/^NOT FLAT, RETRYING/);
  return { rig, answer };
}

test('a liquidation is followed until flat although the tables do not answer for a while', async () => {
  const { rig, answer } = await retrying();
  const { lines, follow: followed } = follower(rig);
  const end = followed(answer);
  await rig.clock.sleep(20_000);
  rig.stores.script.failAll('refuse');
  await rig.clock.sleep(20_000);
  rig.stores.script.recover();
  rig.exchange.faults.clear();
  await rig.run({}, { rawEvent: rig.invoked[0] });
  expect(await end).toMatchObject({ kind: 'over', headline: 'FLAT', flat: true });
  expect(lines.filter(line => line.includes('cannot be read now'))).toHaveLength(1);
});

test('if the tables never answer again, the command repeats that the liquidation ran and is not flat', async () => {
  const { rig, answer } = await retrying();
  rig.stores.script.failAll('refuse');
  const startedAtMs = rig.clock.nowMs();
  expect(await follower(rig).follow(answer)).toEqual({ kind: 'unfinished', headline: answer.headline });
  expect(rig.clock.nowMs() - startedAtMs).toBeGreaterThan(AT_MOST_MS);
});

test('without an answer or a record within 15 s the command says that it is not known whether the liquidation ran', async () => {
  const rig = liquidationRig();
  const startedAtMs = rig.clock.nowMs();
  const lost = { kind: 'lost', sentence: 'No answer came.' } as const;
  expect(await follower(rig).follow(lost)).toEqual({ kind: 'unknown', sentence: 'No answer came.' });
  expect(rig.clock.nowMs() - startedAtMs).toBeGreaterThan(15_000);
  expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(17_000);
});
