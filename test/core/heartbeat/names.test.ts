import { describe, expect, it } from 'vitest';
import { WATCHDOG_ROW } from '../../../lambda/bot-row.ts';
import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN } from '../../../lambda/contract.ts';
import { SAFE_DEFAULTS } from '../../../lambda/core/config/settings.ts';
import { shardOf } from '../../../lambda/core/heartbeat/row-values.ts';
import { timesOf } from '../../../lambda/core/heartbeat/watch-times.ts';
import { incidentId, lockOutCheckId } from '../../../lambda/core/invocation/identity.ts';

const AT_MS = Date.UTC(2026, 10, 21, 3, 47, 5, 120);

describe('the ID of an incident', () => {
  it('is that of a liquidation, and begins with the missed deadline', () => {
    expect(incidentId('alpha', AT_MS)).toMatch(/^liq_20261121_034705_[0-9a-f]{16}$/);
    expect(incidentId('alpha', AT_MS)).toMatch(CORRELATION_ID_PATTERN);
  });

  it('is the same for the same deadline, to the millisecond', () => {
    expect(incidentId('alpha', AT_MS + 0.4)).toBe(incidentId('alpha', AT_MS));
  });

  it('differs by bot, by deadline, and from that of the lock-out check', () => {
    const ids = [
      incidentId('alpha', AT_MS),
      incidentId('beta', AT_MS),
      incidentId('alpha', AT_MS + 1),
      lockOutCheckId('alpha', AT_MS),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});

describe('the shard of a bot', () => {
  it.each([
    // 97+108+112+104+97 = 518; 100+101+102+97+117+108+116 = 741
    ['alpha', 8],
    ['default', 1],
    ['a', 7],
  ])('%s is in shard %d', (botId, shard) => {
    expect(shardOf(botId)).toBe(shard);
  });

  it('is shared evenly by bots that are numbered', () => {
    const shards = Array.from({ length: 1_000 }, (_, n) => shardOf(`bot-${String(n).padStart(3, '0')}`));
    expect(Array.from({ length: 10 }, (_, shard) => shards.filter(one => one === shard).length)).toEqual(
      Array.from({ length: 10 }, () => 100),
    );
  });
});

it('no bot can have the name of the watchdog’s own row', () => {
  expect(WATCHDOG_ROW).not.toMatch(BOT_ID_PATTERN);
});

describe('how long a bot may be silent', () => {
  const inRow = { heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 3_000 };
  const config = { settings: SAFE_DEFAULTS, isFallback: false };

  it('is decided by the configuration, not by the row', () => {
    expect(timesOf(config, 'default', inRow)).toMatchObject({ deadAfterMs: 120_000 });
  });
  it('is undefined for a bot that is not configured, whatever its row says', () => {
    expect(timesOf(config, 'stranger', inRow)).toBeUndefined();
  });
  it('is decided by the row, or else by the defaults, when the configuration is broken', () => {
    const broken = { ...config, isFallback: true };
    expect(timesOf(broken, 'stranger', inRow)).toEqual(inRow);
    expect(timesOf(broken, 'stranger', undefined)).toMatchObject({ lateAfterMs: 30_000, deadAfterMs: 120_000 });
  });
});
