/**
 * The operator's clock, put right by AWS's answers as a bot's is. A snooze until an hour from now must not be over already
 * because a laptop is two hours behind, and a re-armed bot has its full time by the watchdog's clock, not by the laptop's.
 */

import { createServerClock } from '../../client/typescript/server-clock.ts';
import type { Clock } from '../../lambda/ports.ts';

/** As the SDK's clients have it. */
interface Client {
  readonly middlewareStack: {
    add(middleware: never, options: { step: 'deserialize'; name: string; priority: 'low' }): void;
  };
}

export function awsClock(own: Clock) {
  const corrected = createServerClock({ wallMs: own.nowMs, monotonicMs: own.nowMs });
  const middleware =
    <Arguments, Result extends { readonly response: unknown }>(next: (args: Arguments) => Promise<Result>) =>
    async (args: Arguments): Promise<Result> => {
      const sentAtMs = own.nowMs();
      const result = await next(args);
      corrected.learn(dateIn(result.response), sentAtMs);
      return result;
    };
  return {
    nowMs: corrected.nowMs,
    sleep: own.sleep,
    /** What is added to this machine's clock; 0 while no answer contradicts it. */
    correctionMs: corrected.offsetMs,
    // Beneath the SDK's repetitions, so that each answer is timed by its own request.
    /** Each answer to this client teaches the time. */
    learnFrom: ({ middlewareStack }: Client): void =>
      middlewareStack.add(middleware as never, { step: 'deserialize', name: 'flatlineAwsClock', priority: 'low' }),
  };
}

function dateIn(response: unknown): string | undefined {
  const { date } = (response as { readonly headers?: { readonly date?: unknown } } | undefined)?.headers ?? {};
  return typeof date === 'string' ? date : undefined;
}
