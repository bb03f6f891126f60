/** The verdict on a cell: how it ended, and every broken promise, by the exchange's records. */

import { type Answer, FINAL_EVENT_TYPES, HEADLINES } from '../../lambda/contract.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { ID, type Played, TIMEOUT_MS } from './cell.ts';

export type End =
  /** The caller's own answer says FLAT. */
  | 'FLAT'
  /** The function continued by itself. */
  | 'FLAT after hand-over'
  /** The watchdog resumed it. */
  | 'FLAT after the next watchdog run'
  | 'NOT FLAT, CHECK BY HAND';

export interface Judgement {
  readonly end: End;
  /** Code of the first error of the last answer; undefined when it was flat. */
  readonly code: string | undefined;
  /** Codes of the warnings of the last answer. */
  readonly warnings: readonly string[];
  readonly broken: readonly string[];
}

/** An attempt that resumes is given twenty seconds. */
const RESUMED_MS = 20_000;

export async function judge(played: Played): Promise<Judgement> {
  const { account, answers } = played;
  const last = answers.at(-1);
  if (last === undefined) throw new Error('nobody answered');
  return {
    end: endOf(last, played),
    code: last.errors[0]?.code,
    warnings: last.warnings.map(warning => warning.code),
    broken: [
      ...account.account.violations,
      ...honest(last, played),
      ...inTime(played),
      ...stopsKept(played),
      ...namesUsedOnce(played),
      ...waitsKept(played),
      ...(await auditLogWhole(played)),
    ],
  };
}

function endOf(last: Answer, { answers, ticks }: Played): End {
  if (last.state !== 'completed') return 'NOT FLAT, CHECK BY HAND';
  // What comes after it only confirms it.
  if (answers[0]?.state === 'completed') return 'FLAT';
  return ticks === 0 ? 'FLAT after hand-over' : 'FLAT after the next watchdog run';
}

/** FLAT is reported of a flat account only; any other answer names the problem, and the last one asks for a person. */
function honest(last: Answer, { account }: Played): readonly string[] {
  const { positions, orders, conditionals } = account.account.truth();
  const left = positions.length + orders.length + conditionals.length;
  const broken: string[] = [];
  if (last.headline.startsWith(HEADLINES.reopened))
    broken.push('it said FLAT of an account in which something was left');
  if (last.state === 'completed') {
    if (left > 0) broken.push(`it says ${last.headline}, and ${left} positions or orders are there`);
    if (!last.success || last.errors.length > 0) broken.push('completed, yet with errors or without success');
    return broken;
  }
  if (last.success) broken.push(`success is true in state ${last.state}`);
  if (last.errors.length === 0) broken.push('it does not say why it is not flat');
  if (last.headline !== HEADLINES.checkByHand) broken.push(`nobody goes on, and its headline is "${last.headline}"`);
  if (last.remaining.verified) {
    const said = last.remaining.positions.map(row => `${row.symbol} ${row.position_side}`).toSorted();
    const true_ = positions.map(row => `${row.symbol} ${row.positionSide}`).toSorted();
    if (said.join() !== true_.join()) broken.push(`verified, it says [${said}] remain; in truth [${true_}]`);
  }
  return broken;
}

function inTime({ answers, callerWaitedMs }: Played): readonly string[] {
  const broken = callerWaitedMs > TIMEOUT_MS ? [`the caller waited ${callerWaitedMs} ms`] : [];
  const slow = answers.slice(1).filter(answer => answer.duration_seconds * 1_000 > RESUMED_MS);
  return [...broken, ...slow.map(answer => `attempt ${answer.attempt} took ${answer.duration_seconds} s`)];
}

/** If nothing traded in a position, its stops must have stayed. */
function stopsKept({ account, before }: Played): readonly string[] {
  const after = account.account.truth();
  const traded = new Set(after.fills.map(fill => fill.symbol));
  const kept = after.positions.filter(row => !traded.has(row.symbol)).map(row => row.symbol);
  const stops = (truth: typeof after): string =>
    truth.conditionals
      .filter(one => one.closePosition && kept.includes(one.symbol))
      .map(one => one.algoId)
      .join();
  return stops(after) === stops(before) ? [] : [`stops of ${kept.join()} are gone, and the positions are not`];
}

/** flatline never sends an executed order again under its ID. A network may double requests. */
function namesUsedOnce({ account }: Played): readonly string[] {
  const posted = account.exchange.journal.filter(entry => entry.method === 'POST' && entry.path === '/fapi/v1/order');
  const stamps = new Map<string, Set<string | undefined>>();
  for (const { params } of posted.filter(entry => entry.executed)) {
    const name = params.newClientOrderId ?? '';
    stamps.set(name, (stamps.get(name) ?? new Set()).add(params.timestamp));
  }
  return [...stamps]
    .filter(([, at]) => at.size > 1)
    .map(([name]) => `the order ${name} was sent again after it was executed`);
}

/** Half a round trip of the rig. */
const ON_ITS_WAY_MS = 10;

/** No request is sent to a host between a refusal that requested a wait and its end. */
function waitsKept({ account, waitMs }: Played): readonly string[] {
  if (waitMs === undefined) return [];
  const hostOf = (path: string): string | undefined => path.split('/')[1];
  const { journal } = account.exchange;
  const refusals = journal.filter(({ status, fault }) => fault !== undefined && (status === 429 || status === 418));
  return refusals.flatMap(({ path, answeredAtMs = Number.POSITIVE_INFINITY }) => {
    const early = journal.find(one => {
      const sinceMs = one.receivedAtMs - ON_ITS_WAY_MS - answeredAtMs;
      return hostOf(one.path) === hostOf(path) && sinceMs > 0 && sinceMs < waitMs;
    });
    return early ? [`${early.method} ${early.path} was sent before a requested wait of ${waitMs} ms was over`] : [];
  });
}

async function auditLogWhole({ account, answers }: Played): Promise<readonly string[]> {
  const [auditLog, record] = await Promise.all([account.auditLog(ID), account.stores.lock.readRecord(ID, 1_000)]);
  const broken: string[] = [];
  const verification = verifyAuditLog(auditLog, record?.seals ?? [], answers.length);
  if (!verification.sealed) broken.push(...verification.segments.map(segment => segment.sentence));
  for (const { attempt } of answers) {
    const finals = auditLog.filter(
      item => item.attempt === attempt && (FINAL_EVENT_TYPES as readonly string[]).includes(item.event_type),
    );
    if (finals.length !== 1) broken.push(`attempt ${attempt} has ${finals.length} final events`);
  }
  if (record?.state !== answers.at(-1)?.state) broken.push(`the record says ${record?.state}`);
  return broken;
}
