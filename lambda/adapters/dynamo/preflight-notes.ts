/**
 * How the last preflight of each bot ended: one item a bot in the table `liquidations`, under a key that no correlation
 * ID can have, overwritten by the next. One read finds it, and neither index holds it, because it has none of their
 * attributes: so no list, no resumption and no claim can take it for a liquidation.
 *
 *   correlation_id (`preflight#<bot>`)  record_kind (`preflight`)  bot_id  preflight_id (the correlation ID of its audit log)
 *   headline  failed_checks (list)  not_covered (a sentence, where there is one)  finished_at_ms  finished_at  expires_at
 */

import { isPreflightHeadline } from '../../core/invocation/readiness.ts';
import type { Plain } from '../../core/text/plain-json.ts';
import type { PreflightNote } from '../../ports.ts';
import { fromItem, type Item } from './attributes.ts';
import { expiryOf, isoOf } from './lock-record.ts';
import { readItem, type TableAccess, updateRecord, values } from './lock-table.ts';

/** A `#` is in no correlation ID and in no bot's ID. */
const keyOf = (botId: string): string => `preflight#${botId}`;

/** Gives the headline of the note before. */
export async function writePreflightNote(
  table: TableAccess,
  note: PreflightNote,
  signal: AbortSignal,
): Promise<PreflightNote['headline'] | undefined> {
  const { botId, correlationId, headline, failedChecks, notCovered, finishedAtMs } = note;
  const before = await updateRecord(table, keyOf(botId), signal, {
    ReturnValues: 'UPDATED_OLD',
    UpdateExpression: `SET record_kind = :record_kind, bot_id = :bot_id, preflight_id = :preflight_id,
      headline = :headline, failed_checks = :failed_checks, finished_at_ms = :finished_at_ms,
      finished_at = :finished_at, expires_at = :expires_at${notCovered === undefined ? ' REMOVE not_covered' : ', not_covered = :not_covered'}`,
    ExpressionAttributeValues: values({
      ...{ record_kind: 'preflight', bot_id: botId, preflight_id: correlationId },
      ...{ headline, failed_checks: [...failedChecks] },
      ...(notCovered === undefined ? {} : { not_covered: notCovered }),
      ...{ finished_at_ms: finishedAtMs, finished_at: isoOf(finishedAtMs), expires_at: expiryOf(finishedAtMs) },
    }),
  });
  const { headline: headlineBefore } = fromItem(before ?? {});
  return isPreflightHeadline(headlineBefore) ? headlineBefore : undefined;
}

/** Read side by side: about half as many as the client has connections. */
const PAGE = 25;

export async function readPreflightNotes(
  table: TableAccess,
  botIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PreflightNote>> {
  const found = new Map<string, PreflightNote>();
  for (let from = 0; from < botIds.length; from += PAGE) {
    const ids = botIds.slice(from, from + PAGE);
    const items = await Promise.all(ids.map(botId => readItem(table, keyOf(botId), signal)));
    for (const note of items.flatMap(item => (item && noteIn(item)) ?? [])) found.set(note.botId, note);
  }
  return found;
}

/** Undefined for what somebody has edited until it says nothing. */
function noteIn(item: Item): PreflightNote | undefined {
  const { bot_id, preflight_id, headline, failed_checks, not_covered, finished_at_ms } = fromItem(item);
  if (typeof bot_id !== 'string' || typeof finished_at_ms !== 'number' || !isPreflightHeadline(headline)) return;
  return {
    botId: bot_id,
    correlationId: text(preflight_id),
    headline,
    failedChecks: Array.isArray(failed_checks) ? failed_checks.map(String) : [],
    ...(typeof not_covered === 'string' ? { notCovered: not_covered } : {}),
    finishedAtMs: finished_at_ms,
  };
}

const text = (value: Plain | undefined): string => (typeof value === 'string' ? value : '');
