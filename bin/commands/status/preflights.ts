/**
 * The last preflight of every configured bot: by the daily rule, by a person, or made now. A bot without a preflight for
 * more than a day is a problem, like one that failed.
 */

import { isCanary } from '../../../lambda/core/heartbeat/canary.ts';
import { noteOf, type Readiness, readinessOf } from '../../../lambda/core/invocation/readiness.ts';
import type { Connection } from '../../connect/connection.ts';
import { CliError } from '../../terminal/exit.ts';
import { inColumns } from '../../terminal/layout.ts';
import { agoText, isoOrNull } from '../../terminal/numbers.ts';
import type { Screen } from '../../terminal/paint.ts';
import { STORE_MS } from '../../terminal/waiting.ts';

export interface PreflightOfBot {
  readonly botId: string;
  /** `silent`: a preflight was requested now and gave no answer; `why` is a sentence. */
  readonly readiness: Readiness | { readonly kind: 'silent'; readonly why: string };
}

const PREFLIGHT_MS = 40_000;

/** `afresh`: run now; otherwise the stored ones. Throws a StoreError when they cannot be read. */
export async function readPreflights(connection: Connection, afresh: boolean): Promise<readonly PreflightOfBot[]> {
  const { settings, runs, clock } = connection;
  const ids = settings.bots.map(({ botId }) => botId).filter(botId => !isCanary(botId));
  if (afresh) return Promise.all(ids.map(botId => testNow(connection, botId)));
  const notes = await runs.lastPreflights(ids, STORE_MS);
  return ids.map(botId => ({ botId, readiness: readinessOf(notes.get(botId), clock.nowMs()) }));
}

/** A preflight that is not permitted, or that AWS throttles, is reported as one problem among others. */
async function testNow({ invoke, clock }: Connection, botId: string): Promise<PreflightOfBot> {
  const silent = (why: string): PreflightOfBot => ({ botId, readiness: { kind: 'silent', why } });
  try {
    const invoked = await invoke({ action: 'preflight', bot_id: botId }, PREFLIGHT_MS);
    if (invoked.kind !== 'answered') return silent(invoked.sentence);
    const { answer } = invoked;
    if (!('ready' in answer)) return silent(`The liquidator answered ${answer.headline}.`);
    return { botId, readiness: readinessOf(noteOf(answer), clock.nowMs()) };
  } catch (error) {
    if (error instanceof CliError) return silent(error.message);
    throw error;
  }
}

/** `words`: options for the printed command, as in ` --local`. Bots that were never tested are one problem. */
export function wrongWithPreflights(tests: readonly PreflightOfBot[], nowMs: number, words: string): readonly string[] {
  const isNever = ({ readiness }: PreflightOfBot): boolean => readiness.kind === 'never';
  const [first, ...more] = tests.filter(isNever);
  const of = more.length === 0 ? ` --bot ${first?.botId}` : '';
  const who = [first, ...more].map(test => test?.botId).join(', ');
  return [
    ...tests.flatMap(test => wrongWithPreflight(test, nowMs, words) ?? []),
    ...(first === undefined
      ? []
      : [`${who}: the preflight has never run, and should run daily; run it: flatline preflight${of}${words}`]),
  ];
}

function wrongWithPreflight({ botId, readiness }: PreflightOfBot, nowMs: number, words: string): string | undefined {
  const test = `flatline preflight --bot ${botId}${words}`;
  switch (readiness.kind) {
    case 'ready':
    case 'never':
      return undefined;
    case 'not-ready': {
      const { failedChecks, finishedAtMs } = readiness.note;
      return `${botId}: NOT READY ${agoText(finishedAtMs, nowMs)}, failed at ${failedChecks.join(', ')}; details: ${test}`;
    }
    case 'overdue':
      return `${botId}: the last preflight was ${agoText(readiness.note.finishedAtMs, nowMs)}, and should run daily; run it: ${test}`;
    case 'silent':
      return `${botId}: the preflight gave no answer. ${readiness.why}`;
  }
}

export function preflightLines(
  tests: readonly PreflightOfBot[],
  { nowMs, paint, width }: Screen & { readonly nowMs: number },
): readonly string[] {
  const rows = tests.map(({ botId, readiness }) => {
    if (readiness.kind === 'never' || readiness.kind === 'silent') {
      return [botId, '-', paint.bad(readiness.kind === 'never' ? 'never tested' : 'no answer')];
    }
    const { headline, failedChecks, finishedAtMs } = readiness.note;
    const failed = failedChecks.length === 0 ? '' : `: ${failedChecks.join(', ')}`;
    const late = readiness.kind === 'overdue' ? ', but too long ago' : '';
    const tone = readiness.kind === 'ready' ? (readiness.warned ? 'warn' : 'good') : 'bad';
    return [botId, agoText(finishedAtMs, nowMs), paint[tone](`${headline}${failed}${late}`)];
  });
  return inColumns(rows, ['left', 'left', 'left'], { width });
}

export function preflightJson({ botId, readiness }: PreflightOfBot): object {
  const note = 'note' in readiness ? readiness.note : undefined;
  return {
    bot_id: botId,
    ready: readiness.kind === 'ready',
    headline: note?.headline ?? null,
    failed_checks: note?.failedChecks ?? [],
    not_covered: note?.notCovered ?? null,
    correlation_id: note?.correlationId ?? null,
    finished_at: isoOrNull(note?.finishedAtMs),
  };
}
