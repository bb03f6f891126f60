/**
 * What stands on top of the panel: everything that is not as it should be, the worst first, each with what to do. With
 * nothing to say, one sentence that all is well, which is only said of what was read.
 */

import type { BotStanding, Condition } from '../../core/heartbeat/bot-standing.ts';
import { TICKS_LOST_AFTER_MS } from '../../core/heartbeat/watchdog-health.ts';
import { type Readiness, readinessOf } from '../../core/invocation/readiness.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { canaryLine } from '../canary-words.ts';
import { ago, count, from, instant } from '../words.ts';
import { type Overview, valueIn } from './overview.ts';

export interface PanelFinding {
  readonly level: 'bad' | 'warning' | 'good';
  readonly headline: string;
  readonly detail: string;
}

/** At least one; the first is the headline. */
export function findingsOf(overview: Overview): readonly [PanelFinding, ...PanelFinding[]] {
  const all = [
    ...ofProtection(overview),
    ...ofBots(overview, 'dead'),
    ...ofFailures(overview),
    ...ofEnded(overview),
    ...ofUnfinished(overview),
    ...ofTables(overview),
    ...ofWatchdog(overview),
    ...ofNotReady(overview),
    ...ofCanary(overview),
    ...ofBots(overview, 'unproven'),
    ...ofBots(overview, 'late'),
    ...ofBots(overview, 'tripped'),
    ...ofBots(overview, 'snoozed'),
    ...ofBots(overview, 'waiting'),
    ...ofUntested(overview),
  ];
  const [worst, ...others] = [
    ...all.filter(({ level }) => level === 'bad'),
    ...all.filter(({ level }) => level === 'warning'),
  ];
  return worst === undefined ? [allIsWell(overview)] : [worst, ...others];
}

function ofProtection({ protection }: Overview): readonly PanelFinding[] {
  if (protection.kind === 'unread') {
    return [warning('IT IS NOT KNOWN WHETHER PROTECTION IS ON', `${protection.why} A preflight tells.`)];
  }
  if (protection.value === 'on') return [];
  const cure =
    protection.value === 'off by environment'
      ? 'Remove EMERGENCY_LIQUIDATION_DISABLED from the liquidator’s environment to switch it on.'
      : 'The configuration says emergency_liquidation = false: change it and deploy to switch it on.';
  return [bad('PROTECTION IS SWITCHED OFF', `Nothing is liquidated, not even by LIQUIDATE. ${cure}`)];
}

function ofBots({ bots, nowMs }: Overview, condition: keyof typeof SAYINGS): readonly PanelFinding[] {
  const those = valueIn(bots, []).filter(bot => bot.condition === condition);
  const [first] = those;
  if (first === undefined) return [];
  const others = those.length === 1 ? '' : ` and ${count(those.length - 1, 'other')}`;
  return [SAYINGS[condition](count(those.length, 'BOT', 'BOTS'), `${first.botId}${others}`, first, nowMs)];
}

type Saying = (amount: string, who: string, first: BotStanding, nowMs: number) => PanelFinding;

const SAYINGS = {
  dead: (amount, who, { deadAtMs = 0 }, nowMs) =>
    bad(
      `${amount} DEAD`,
      `${who}: the deadline was ${ago(deadAtMs, nowMs)}. The watchdog liquidates within a minute of it; if it does not, press LIQUIDATE.`,
    ),
  unproven: (amount, who) =>
    bad(
      `${amount} SILENT, AND NOBODY CAN SAY WHETHER DEAD`,
      `${who}: the watchdog cannot write to their table for long enough, so their beats may be lost, and they are not liquidated. Look at the bots; if they are dead, press LIQUIDATE.`,
    ),
  waiting: (amount, who, { deadAtMs = 0 }, nowMs) =>
    warning(
      `${amount} ARMED, WAITING FOR THE FIRST BEAT`,
      `${who}: armed by hand, and no beat since. Without one it is liquidated ${from(deadAtMs, nowMs)}.`,
    ),
  late: (amount, who, { deadAtMs = 0 }, nowMs) =>
    warning(`${amount} LATE`, `${who}: beats are missing. Without one it is liquidated ${from(deadAtMs, nowMs)}.`),
  tripped: (amount, who, { trip }) =>
    warning(
      `${amount} TRIPPED`,
      `${who}: liquidated, and must not trade until re-armed.${trip?.refusedBeatAtMs === undefined ? '' : ' It still beats: stop it.'}`,
    ),
  snoozed: (amount, who, { snoozedUntilMs = 0 }, nowMs) =>
    warning(
      `${amount} SNOOZED`,
      `${who}: the watch rests until ${instant(snoozedUntilMs, nowMs)} UTC. Before that, silence is not noticed.`,
    ),
} as const satisfies Readonly<Partial<Record<Condition, Saying>>>;

function ofFailures({ bots }: Overview): readonly PanelFinding[] {
  const [first] = valueIn(bots, []).filter(({ failure }) => failure !== undefined);
  if (first === undefined) return [];
  return [
    bad(
      'A BOT HAS FAILED',
      `${first.botId} says so itself: ${first.failure?.reason}. The watchdog liquidates at its next tick.`,
    ),
  ];
}

/** Given up, and nothing has made the account flat since. */
function ofEnded({ recent, nowMs }: Overview): readonly PanelFinding[] {
  const settled = new Set<string>();
  const ended = valueIn(recent, []).filter(({ botId = '', state, resumeAtMs }: LiquidationRecord) => {
    if (settled.has(botId) || state === 'skipped') return false;
    settled.add(botId);
    return (state === 'partial' || state === 'failed') && resumeAtMs === undefined;
  });
  const [first] = ended;
  if (first === undefined) return [];
  const { botId = 'a bot', firstStartedAtMs = nowMs } = first;
  const others = ended.length === 1 ? '' : ` and ${count(ended.length - 1, 'other')}`;
  return [
    bad(
      'NOT FLAT, CHECK BY HAND',
      `${botId}${others}: the liquidation begun ${ago(firstStartedAtMs, nowMs)} ended with positions open, and nobody retries. Press LIQUIDATE, or close at the exchange.`,
    ),
  ];
}

function ofUnfinished({ unfinished, nowMs }: Overview): readonly PanelFinding[] {
  const runs = valueIn(unfinished, []);
  const [first] = runs;
  if (first === undefined) return [];
  const others = runs.length === 1 ? '' : ` and ${count(runs.length - 1, 'other')}`;
  return [
    bad(
      `${count(runs.length, 'LIQUIDATION', 'LIQUIDATIONS')} NOT FLAT YET`,
      `${first.botId}${others}: begun ${ago(first.firstStartedAtMs, nowMs)}. It goes on by itself.`,
    ),
  ];
}

/** A bot of which nobody knows how ready it is, is no finding while the table cannot be read: that is one already. */
const readinessIn = ({ configured, preflights, nowMs }: Overview): readonly (readonly [string, Readiness])[] =>
  preflights.kind === 'unread'
    ? []
    : configured.map(botId => [botId, readinessOf(preflights.value.get(botId), nowMs)] as const);

function ofNotReady(overview: Overview): readonly PanelFinding[] {
  const those = readinessIn(overview).flatMap(([, one]) => (one.kind === 'not-ready' ? [one.note] : []));
  const [first] = those;
  if (first === undefined) return [];
  const others = those.length === 1 ? '' : ` and ${count(those.length - 1, 'other')}`;
  return [
    bad(
      `${count(those.length, 'BOT', 'BOTS')} NOT READY`,
      `${first.botId}${others}: the preflight ${ago(first.finishedAtMs, overview.nowMs)} failed at ${first.failedChecks.join(', ')}, and a liquidation would have failed too. Press Preflight: would it still?`,
    ),
  ];
}

function ofCanary({ canary, nowMs }: Overview): readonly PanelFinding[] {
  if (canary?.kind !== 'failed' && canary?.kind !== 'overdue') return [];
  const { words } = canaryLine(canary, atMs => ago(atMs, nowMs));
  return canary.kind === 'failed'
    ? [bad('THE CANARY FAILED', `It ${words}. A dead bot may not be liquidated: see its message, and the alarms.`)]
    : [warning('THE CANARY WAS NOT JUDGED', `It was ${words}, and should be daily: look at the health check.`)];
}

function ofUntested(overview: Overview): readonly PanelFinding[] {
  const those = readinessIn(overview).filter(([, { kind }]) => kind === 'never' || kind === 'overdue');
  const [first] = those;
  if (first === undefined) return [];
  const [botId, readiness] = first;
  const others = those.length === 1 ? '' : ` and ${count(those.length - 1, 'other')}`;
  const last =
    readiness.kind === 'overdue'
      ? `the last preflight was ${ago(readiness.note.finishedAtMs, overview.nowMs)}, and should be daily`
      : 'no preflight is on record';
  return [warning(`${count(those.length, 'BOT', 'BOTS')} NOT TESTED`, `${botId}${others}: ${last}. Press Preflight.`)];
}

function ofTables({ bots, recent, unfinished, preflights, tickedAtMs }: Overview): readonly PanelFinding[] {
  const unread = [bots, recent, unfinished, preflights, tickedAtMs].find(part => part.kind === 'unread');
  if (unread?.kind !== 'unread') return [];
  return [bad('NOT EVERYTHING COULD BE READ', `${unread.why} LIQUIDATE works without the tables.`)];
}

function ofWatchdog({ tickedAtMs, nowMs }: Overview): readonly PanelFinding[] {
  if (tickedAtMs.kind === 'unread') return [];
  const atMs = tickedAtMs.value;
  if (atMs === undefined) {
    return [bad('THE WATCHDOG HAS NEVER RUN', 'Silent bots are not liquidated. Look at its rule in EventBridge.')];
  }
  if (nowMs - atMs <= TICKS_LOST_AFTER_MS) return [];
  return [
    bad(
      'THE WATCHDOG IS SILENT',
      `It last ran ${ago(atMs, nowMs)}, and should each minute. Until it does, silent bots are not liquidated: look at its log and its rule.`,
    ),
  ];
}

function allIsWell({ bots }: Overview): PanelFinding {
  const standings = valueIn(bots, []);
  const amount = (condition: Condition): number => standings.filter(bot => bot.condition === condition).length;
  const alive = amount('alive');
  const disarmed = amount('disarmed');
  const never = amount('never');
  const unwatched = [
    ...(disarmed === 0 ? [] : [`${disarmed} disarmed`]),
    ...(never === 0 ? [] : [`${never} never reported`]),
  ].join(', ');
  if (alive === 0)
    return warning('NO BOT IS WATCHED', `${unwatched || 'There is no bot'}. A bot’s first beat arms it.`);
  return {
    level: 'good',
    headline: alive === 1 ? '1 BOT WATCHED, ALIVE' : `${alive} BOTS WATCHED, ALL ALIVE`,
    detail: `None is late, no liquidation is open, protection is on.${unwatched === '' ? '' : ` Not watched: ${unwatched}.`}`,
  };
}

const bad = (headline: string, detail: string): PanelFinding => ({ level: 'bad', headline, detail });
const warning = (headline: string, detail: string): PanelFinding => ({ level: 'warning', headline, detail });
