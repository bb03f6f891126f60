/** Prints events of the local cloud as they happen: calls of the liquidator, its requests to the exchange, the watchdog. */

import { clockTime } from '../../../../lambda/core/invocation/identity.ts';
import type { Clock } from '../../../../lambda/ports.ts';
import { followInvocations, followJournal } from '../follow.ts';
import type { ReportProgress } from '../progress.ts';
import { createLive, type LiveOptions } from '../screen/live.ts';
import { readFunctionLine } from '../screen/log-lines.ts';
import type { ServedCloud } from './served-cloud.ts';

/** Each call has its own block of lines, with times relative to the call. */
export function createExchangePrinter(screen: LiveOptions, clock: Clock) {
  let live = createLive(screen);
  const reportProgress: ReportProgress = progress => live(progress);
  let calls: ReturnType<typeof followInvocations> | undefined;
  let openConditionals = (): ReadonlyMap<string, string> => new Map();
  /** Log lines of the watchdog between calls have their own block, which starts at the first line. */
  let isBetween = false;
  const begin = (atMs: number, isCall: boolean): void => {
    let isBegun = false;
    const line = (text: string): void => {
      if (!isBegun) {
        isBegun = true;
        screen.line('');
        screen.line(`  ${screen.paint.dim(`${clockTime(atMs)} UTC`)}`);
        isBetween = !isCall;
      }
      screen.line(text);
    };
    live = createLive({ ...screen, line, symbolByAlgoId: openConditionals() });
  };

  return {
    /** Receives the functions' logs; lines before the first `follow` are not printed. */
    onLine: (from: 'liquidator' | 'watchdog', text: string): void => {
      const line = readFunctionLine(text);
      if (line === undefined || calls === undefined) return;
      // A log line arrives at once: the call that it belongs to must be printed above it.
      calls.readOn();
      if (from === 'watchdog' && calls.isIdle() && !isBetween) begin(clock.nowMs(), false);
      reportProgress({ kind: 'said', on: from === 'watchdog' ? 'watchdog' : 'A', line, atMs: clock.nowMs() });
    },
    /** Follows events from now on; returns the function that stops it. */
    follow: ({ cloud, exchange, accounts }: ServedCloud) => {
      openConditionals = () =>
        new Map(
          [...accounts.values()].flatMap(account => account.truth().conditionals.map(row => [row.algoId, row.symbol])),
        );
      const stopJournal = followJournal(exchange.journal, clock, reportProgress, exchange.journal.length);
      const following = followInvocations(cloud.lambda.invocations, clock, reportProgress, one =>
        begin(one.startedAtMs, true),
      );
      calls = following;
      return async () => {
        await Promise.all([stopJournal(), following.stop()]);
      };
    },
  };
}
