/** Prints what is waited for after more than a second: updated on a terminal, printed once elsewhere. */

import type { Clock } from '../../lambda/ports.ts';
import type { Channel } from './terminal.ts';

const FIRST_MS = 1_000;
const EVERY_MS = 1_000;

/** `says` as in "asking flatline-production-liquidator". The work's own result, or its error. */
export async function withProgress<T>(
  says: string,
  work: Promise<T>,
  { clock, channel }: { readonly clock: Clock; readonly channel: Channel },
): Promise<T> {
  const over = new AbortController();
  const showing = showProgress(says, { clock, channel }, over.signal);
  try {
    return await work;
  } finally {
    over.abort();
    await showing;
  }
}

async function showProgress(
  says: string,
  { clock, channel }: { readonly clock: Clock; readonly channel: Channel },
  signal: AbortSignal,
): Promise<void> {
  const startedAtMs = clock.nowMs();
  await clock.sleep(FIRST_MS, signal);
  if (signal.aborted) return;
  if (channel.rewrite === undefined) {
    channel.line(`${says} …`);
    return;
  }
  while (!signal.aborted) {
    const seconds = Math.round((clock.nowMs() - startedAtMs) / 1_000);
    channel.rewrite(channel.paint.dim(`${says} … ${seconds} s`));
    await clock.sleep(EVERY_MS, signal);
  }
  channel.rewrite('');
}
