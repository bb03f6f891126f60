/**
 * The findings at the top of the panel: every problem, the worst first, each with what to do. Without problems, one
 * sentence says that all is well. It covers only what could be read.
 */

import type { BotStanding, Condition } from '../../core/heartbeat/bot-standing.ts';
import { TICKS_LOST_AFTER_MS } from '../../core/heartbeat/watchdog-health.ts';
import { type Readiness, readinessOf } from '../../core/invocation/readiness.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { canaryLine } from '../check-words.ts';
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
    return [warning('PROTECTION STATE UNKNOWN', `${protection.why} Run a preflight to find out.`)];
  }
  if (protection.value === 'on') return [];
  const cure =
    protection.value === 'off by environment'
      ? 'To switch it on, remove EMERGENCY_LIQUIDATION_DISABLED from the liquidator’s environment and put a version without it in service: docs/operations.md, "Switching off".'
      : 'The configuration says emergency_liquidation = false: change it and deploy to switch it on.';
  return [bad('PROTECTION IS SWITCHED OFF', `Nothing is liquidated, not even by LIQUIDATE. ${cure}`)];
}

/** One finding for all of a kind: the first one is named, the others are counted. */
function inOne<T extends { readonly botId?: string | undefined }>(
  all: readonly T[],
  findingOf: (first: T, who: string) => PanelFinding,
): readonly PanelFinding[] {
  const [first] = all;
  if (first === undefined) return [];
  const others = all.length === 1 ? '' : ` and ${count(all.length - 1, 'other')}`;
  return [findingOf(first, `${first.botId ?? 'a bot'}${others}`)];
}

const botCount = (those: readonly unknown[]): string => count(those.length, 'BOT', 'BOTS');

function ofBots({ bots, nowMs }: Overview, condition: keyof typeof BY_CONDITION): readonly PanelFinding[] {
  const those = valueIn(bots, []).filter(bot => bot.condition === condition);
  return inOne(those, (first, who) => BY_CONDITION[condition](botCount(those), who, first, nowMs));
}

type BotFinding = (amount: string, who: string, first: BotStanding, nowMs: number) => PanelFinding;

const BY_CONDITION = {
  dead: (amount, who, { deadAtMs = 0 }, nowMs) =>
    bad(
      `${amount} DEAD`,
      `${who}: the deadline was ${ago(deadAtMs, nowMs)}. The watchdog liquidates within a minute of the deadline. If it does not, press LIQUIDATE.`,
    ),
  unproven: (amount, who) =>
    bad(
      `${amount} SILENT, STATE UNKNOWN`,
      `${who}: the watchdog cannot reliably write to the bots table, so heartbeats may be lost, and nothing is liquidated. Check the bots. If they are dead, press LIQUIDATE.`,
    ),
  waiting: (amount, who, { deadAtMs = 0 }, nowMs) =>
    warning(
      `${amount} ARMED, WAITING FOR THE FIRST HEARTBEAT`,
      `${who}: armed by hand, and no heartbeat since. Without one it is liquidated ${from(deadAtMs, nowMs)}.`,
    ),
  late: (amount, who, { deadAtMs = 0 }, nowMs) =>
    warning(`${amount} LATE`, `${who}: heartbeats are missing. Without one it is liquidated ${from(deadAtMs, nowMs)}.`),
  tripped: (amount, who, { trip }) =>
    warning(
      `${amount} TRIPPED`,
      `${who}: must not trade until re-armed.${trip?.refusedBeatAtMs === undefined ? '' : ' It still sends heartbeats: stop it.'}`,
    ),
  snoozed: (amount, who, { snoozedUntilMs = 0 }, nowMs) =>
    warning(
      `${amount} SNOOZED`,
      `${who}: not watched until ${instant(snoozedUntilMs, nowMs)} UTC. Before that, a silent bot is not noticed.`,
    ),
} as const satisfies Readonly<Partial<Record<Condition, BotFinding>>>;

function ofFailures({ bots }: Overview): readonly PanelFinding[] {
  const [first] = valueIn(bots, []).filter(({ failure }) => failure !== undefined);
  if (first === undefined) return [];
  return [
    bad(
      'A BOT HAS FAILED',
      `${first.botId} reported its failure: ${first.failure?.reason}. The watchdog liquidates at its next run.`,
    ),
  ];
}

/** Liquidations that ended without a next attempt, on accounts that were not flat since. */
function ofEnded({ recent, nowMs }: Overview): readonly PanelFinding[] {
  const settled = new Set<string>();
  const ended = valueIn(recent, []).filter(({ botId = '', state, resumeAtMs }: LiquidationRecord) => {
    if (settled.has(botId) || state === 'skipped') return false;
    settled.add(botId);
    return (state === 'partial' || state === 'failed') && resumeAtMs === undefined;
  });
  return inOne(ended, ({ firstStartedAtMs = nowMs }, who) =>
    bad(
      'NOT FLAT, CHECK BY HAND',
      `${who}: the liquidation that started ${ago(firstStartedAtMs, nowMs)} ended with open positions, and there are no more attempts. Press LIQUIDATE, or close at the exchange.`,
    ),
  );
}

function ofUnfinished({ unfinished, nowMs }: Overview): readonly PanelFinding[] {
  const runs = valueIn(unfinished, []);
  return inOne(runs, ({ firstStartedAtMs }, who) =>
    bad(
      `${count(runs.length, 'LIQUIDATION', 'LIQUIDATIONS')} NOT FLAT YET`,
      `${who}: started ${ago(firstStartedAtMs, nowMs)}. It continues by itself.`,
    ),
  );
}

/** While the table cannot be read, unknown readiness is no finding: the unreadable table already is one. */
const readinessIn = ({
  configured,
  preflights,
  nowMs,
}: Overview): readonly (Readiness & { readonly botId: string })[] =>
  preflights.kind === 'unread'
    ? []
    : configured.map(botId => ({ botId, ...readinessOf(preflights.value.get(botId), nowMs) }));

function ofNotReady(overview: Overview): readonly PanelFinding[] {
  const those = readinessIn(overview).flatMap(one => (one.kind === 'not-ready' ? [one.note] : []));
  return inOne(those, ({ finishedAtMs, failedChecks }, who) =>
    bad(
      `${botCount(those)} NOT READY`,
      `${who}: the preflight ${ago(finishedAtMs, overview.nowMs)} failed at ${failedChecks.join(', ')}, and a liquidation would have failed too. Press Preflight to check again.`,
    ),
  );
}

function ofCanary({ canary, nowMs }: Overview): readonly PanelFinding[] {
  if (canary?.kind !== 'failed' && canary?.kind !== 'overdue') return [];
  const { words } = canaryLine(canary, atMs => ago(atMs, nowMs));
  return canary.kind === 'failed'
    ? [bad('THE CANARY FAILED', `It ${words}. A dead bot may not be liquidated: see its message, and the alarms.`)]
    : [warning('THE CANARY WAS NOT CHECKED', `It was ${words}, and should be daily: see the health check.`)];
}

function ofUntested(overview: Overview): readonly PanelFinding[] {
  const those = readinessIn(overview).filter(({ kind }) => kind === 'never' || kind === 'overdue');
  return inOne(those, (first, who) => {
    const last =
      first.kind === 'overdue'
        ? `the last preflight was ${ago(first.note.finishedAtMs, overview.nowMs)}, and should run daily`
        : 'no preflight is on record';
    return warning(`${botCount(those)} NOT TESTED`, `${who}: ${last}. Press Preflight.`);
  });
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
    return [bad('THE WATCHDOG HAS NEVER RUN', 'Silent bots are not liquidated. Check its rule in EventBridge.')];
  }
  if (nowMs - atMs <= TICKS_LOST_AFTER_MS) return [];
  return [
    bad(
      'THE WATCHDOG IS SILENT',
      `It last ran ${ago(atMs, nowMs)} and should run each minute. Until it does, silent bots are not liquidated. Check its log and its EventBridge rule.`,
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
    return warning('NO BOT IS WATCHED', `${unwatched || 'There is no bot'}. A bot’s first heartbeat arms it.`);
  return {
    level: 'good',
    headline: alive === 1 ? '1 BOT WATCHED, ALIVE' : `${alive} BOTS WATCHED, ALL ALIVE`,
    detail: `None is late, no liquidation is open, protection is on.${unwatched === '' ? '' : ` Not watched: ${unwatched}.`}`,
  };
}

const bad = (headline: string, detail: string): PanelFinding => ({ level: 'bad', headline, detail });
const warning = (headline: string, detail: string): PanelFinding => ({ level: 'warning', headline, detail });
