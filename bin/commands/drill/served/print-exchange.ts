/** Prints events of the local cloud as they happen: calls of the liquidator, its requests to the exchange, the watchdog. */

import type { Answer, PreflightAnswer } from '../../../../lambda/contract.ts';
import { clockTime } from '../../../../lambda/core/invocation/identity.ts';
import type { Clock } from '../../../../lambda/ports.ts';
import type { Invocation } from '../../../../simulator/cloud/lambda-endpoint.ts';
import { FUNCTION_NAMES } from '../../../../simulator/cloud/local-cloud.ts';
import { followJournal } from '../follow-journal.ts';
import { poll } from '../poll.ts';
import type { ReportProgress } from '../progress.ts';
import { readFunctionLine } from '../read-log-line.ts';
import { createLive, type LiveOptions } from '../screen/live.ts';
import type { ServedCloud } from './served-cloud.ts';

const POLL_MS = 20;

interface ExchangePrinter {
  /** Receives the functions' logs; lines before the first `follow` are not printed. */
  onLine(from: 'liquidator' | 'watchdog', text: string): void;
  /** Follows events from now on; returns the function that stops it. */
  follow(served: ServedCloud): () => Promise<void>;
}

/** Each call has its own block of lines, with times relative to the call. */
export function createExchangePrinter(screen: LiveOptions, clock: Clock): ExchangePrinter {
  let live = createLive(screen);
  const reportProgress: ReportProgress = progress => live(progress);
  let calls: FollowedCalls | undefined;
  let openConditionals = (): ReadonlyMap<string, string> => new Map();
  let running = 0;
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

  const started = (invocation: Invocation): void => {
    const { action, trigger, correlation_id, dry_run, resume } = invocation.event as Event;
    running += 1;
    begin(invocation.startedAtMs, true);
    const what =
      action === 'preflight' ? 'preflight' : `${trigger ?? 'no trigger'}${dry_run === true ? ', dry run' : ''}`;
    const call = resume === undefined ? what : `${what}, attempt ${resume.hop ?? 2}`;
    const correlationId = correlation_id ?? 'new ID';
    reportProgress({ kind: 'called', call, on: 'A', correlationId, atMs: invocation.startedAtMs });
  };

  const ended = ({ event, startedAtMs, endedAtMs, result }: Invocation): void => {
    const { action, trigger = 'no trigger' } = event as Event;
    running -= 1;
    const atMs = endedAtMs ?? clock.nowMs();
    const answer = result?.kind === 'answered' ? (result.payload as Answer | PreflightAnswer) : undefined;
    const call = action === 'preflight' ? action : trigger;
    reportProgress({ kind: 'ended', call, tookMs: atMs - startedAtMs, headline: answer?.headline, atMs });
  };

  return {
    onLine: (from, text) => {
      const line = readFunctionLine(text);
      if (line === undefined || calls === undefined) return;
      // A log line arrives at once: the call that it belongs to must be printed above it.
      calls.readOn();
      if (from === 'watchdog' && running === 0 && !isBetween) begin(clock.nowMs(), false);
      reportProgress({ kind: 'said', on: from === 'watchdog' ? 'watchdog' : 'A', line, atMs: clock.nowMs() });
    },
    follow: ({ cloud, exchange, accounts }) => {
      openConditionals = () =>
        new Map(
          [...accounts.values()].flatMap(account => account.truth().conditionals.map(row => [row.algoId, row.symbol])),
        );
      const stopJournal = followJournal(exchange.journal, clock, reportProgress, exchange.journal.length);
      const following = followCalls(cloud.lambda.invocations, clock, { started, ended });
      calls = following;
      return async () => {
        await Promise.all([stopJournal(), following.stop()]);
      };
    },
  };
}

interface Event {
  readonly action?: string;
  readonly trigger?: string;
  readonly correlation_id?: string;
  readonly dry_run?: boolean;
  readonly resume?: { readonly hop?: number };
}

interface FollowedCalls {
  /** Reports what started and ended since. */
  readOn(): void;
  stop(): Promise<void>;
}

function followCalls(
  invocations: readonly Invocation[],
  clock: Clock,
  on: { readonly started: (one: Invocation) => void; readonly ended: (one: Invocation) => void },
): FollowedCalls {
  let read = 0;
  let running: readonly Invocation[] = [];
  const readOn = (): void => {
    const begun = invocations.slice(read).filter(({ name }) => name === FUNCTION_NAMES.liquidator);
    read = invocations.length;
    for (const one of begun) on.started(one);
    const all = [...running, ...begun];
    for (const one of all) if (one.endedAtMs !== undefined) on.ended(one);
    running = all.filter(one => one.endedAtMs === undefined);
  };
  return { readOn, stop: poll(clock, POLL_MS, readOn) };
}
