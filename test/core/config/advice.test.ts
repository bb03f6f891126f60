import { describe, expect, test } from 'vitest';
import { type AdviceContext, advise } from '../../../lambda/core/config/advice.ts';
import {
  type AlertSettings,
  type BotSettings,
  defaultBot,
  type ExchangeSettings,
  type LiquidationSettings,
  SAFE_DEFAULTS,
} from '../../../lambda/core/config/settings.ts';

interface Change {
  readonly liquidation?: Partial<LiquidationSettings>;
  readonly exchange?: Partial<ExchangeSettings>;
  readonly bots?: readonly BotSettings[];
  readonly alerts?: AlertSettings;
}

const OPS = { email: 'ops@example.org' };

/** Level and key of each remark on a sound production configuration with one change. */
function remarksOn(change: Change, context: AdviceContext = { environment: 'production' }): readonly string[] {
  const settings = {
    liquidation: { ...SAFE_DEFAULTS.liquidation, ...change.liquidation },
    exchange: { ...SAFE_DEFAULTS.exchange, ...change.exchange },
    bots: change.bots ?? SAFE_DEFAULTS.bots,
    alerts: change.alerts ?? OPS,
  };
  return advise(settings, context).map(({ level, key }) => `${level} ${key ?? '-'}`);
}

const bot = (change: Partial<BotSettings>): Change => ({ bots: [{ ...defaultBot('a'), ...change }] });

test.each([
  { what: 'the defaults', change: {} },
  { what: 'a timeout of 3 s', change: { liquidation: { timeoutMs: 3_000 } } },
  { what: 'a timeout of 15 s', change: { liquidation: { timeoutMs: 15_000 } } },
  { what: 'one retry', change: { liquidation: { maxRetries: 1 } } },
  { what: 'a bot that is dead after exactly 5 minutes', change: bot({ deadAfterMs: 300_000 }) },
  {
    what: 'a bot that may miss two beats',
    change: bot({ heartbeatMs: 10_000, lateAfterMs: 11_000, deadAfterMs: 30_000 }),
  },
  { what: 'alerts by chat only', change: { alerts: { chatWebhookSecret: 'flatline/chat' } } },
])('the configuration check has no advice on $what', ({ change }) => {
  expect(remarksOn(change)).toEqual([]);
});

const allOff = { emergencyLiquidation: false, closePositions: false, cancelOrders: false };

test.each([
  { change: { liquidation: allOff }, remark: 'CRITICAL liquidation.emergency_liquidation' },
  { change: { liquidation: { closePositions: false } }, remark: 'CRITICAL liquidation.close_positions' },
  { change: { liquidation: { cancelOrders: false } }, remark: 'CRITICAL liquidation.cancel_orders' },
  { change: { liquidation: { timeoutMs: 2_999 } }, remark: 'WARNING liquidation.timeout_seconds' },
  { change: { liquidation: { timeoutMs: 15_001 } }, remark: 'WARNING liquidation.timeout_seconds' },
  { change: { liquidation: { maxRetries: 0 } }, remark: 'WARNING liquidation.max_retries' },
  { change: { liquidation: { resumeMs: 0 } }, remark: 'INFO liquidation.resume_minutes' },
  { change: { liquidation: { lockoutMs: 0 } }, remark: 'INFO liquidation.lockout_minutes' },
  { change: { exchange: { baseUrl: 'https://demo-fapi.binance.com' } }, remark: 'WARNING exchange.base_url' },
  { change: { exchange: { baseUrl: 'http://127.0.0.1:8080' } }, remark: 'WARNING exchange.base_url' },
  { change: { exchange: { baseUrl: 'https://fapi.binance.com.example.org' } }, remark: 'WARNING exchange.base_url' },
  { change: bot({ deadAfterMs: 301_000 }), remark: 'WARNING bot:a.dead_after_seconds' },
  { change: bot({ lateAfterMs: 11_000, deadAfterMs: 29_000 }), remark: 'WARNING bot:a.dead_after_seconds' },
  // A heartbeat of 10 s: the next beat may take 12.
  { change: bot({ lateAfterMs: 30_000, deadAfterMs: 41_999 }), remark: 'WARNING bot:a.dead_after_seconds' },
  {
    change: { bots: [defaultBot('a'), { ...defaultBot('b'), secretName: 'flatline/a' }] },
    remark: 'WARNING bot:b.secret',
  },
  { change: { alerts: {} }, remark: 'WARNING [alerts]' },
])('$remark', ({ change, remark }) => {
  expect(remarksOn(change)).toEqual([remark]);
});

test('a heartbeat interval and two seconds between late and dead are enough', () => {
  expect(remarksOn(bot({ lateAfterMs: 30_000, deadAfterMs: 42_000 }))).toEqual([]);
});

test.each([
  { region: 'us-east-1', remarks: ['WARNING -'] },
  { region: 'us-gov-west-1', remarks: ['WARNING -'] },
  { region: 'ap-northeast-1', remarks: [] },
  { region: 'eu-central-1', remarks: [] },
])('the configuration check advises in $region: $remarks', ({ region, remarks }) => {
  expect(remarksOn({}, { environment: 'production', awsRegion: region })).toEqual(remarks);
});

test('the configuration check says HIGH-RISK of a protection that is switched off', () => {
  const settings = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, ...allOff }, alerts: OPS };
  expect(advise(settings, { environment: 'production' })[0]?.rule).toMatch(/^SECURITY WARNING: .*HIGH-RISK/);
});

describe('on the testnet', () => {
  const testnet = { environment: 'testnet', baseUrl: 'https://demo-fapi.binance.com' } as const;
  const context = { environment: 'testnet' } as const;

  test('needs no alert target', () => {
    expect(remarksOn({ exchange: testnet, alerts: {} }, context)).toEqual([]);
  });

  test('a half of the protection switched off is a warning, the whole still critical', () => {
    expect(remarksOn({ exchange: testnet, liquidation: { cancelOrders: false } }, context)).toEqual([
      'WARNING liquidation.cancel_orders',
    ]);
    expect(remarksOn({ exchange: testnet, liquidation: allOff }, context)).toEqual([
      'CRITICAL liquidation.emergency_liquidation',
    ]);
  });

  test('a configuration for the other exchange is reported, both ways', () => {
    expect(remarksOn({ exchange: testnet })).toEqual(['WARNING exchange.environment']);
    expect(remarksOn({}, context)).toEqual(['WARNING exchange.environment']);
  });
});
