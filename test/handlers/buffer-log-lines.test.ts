/** Lines that are logged while requests are out are written later, in order and complete, and at once if they are serious. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bufferLogLines } from '../../lambda/handlers/buffer-log-lines.ts';
import type { Telemetry } from '../../lambda/ports.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function written(): { readonly lines: string[]; readonly telemetry: Telemetry } {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
  };
  return {
    lines,
    telemetry: {
      log: (level, message, fields) => note(`${level} ${message} ${JSON.stringify(fields ?? null)}`),
      metric: (name, value) => note(`${name}=${value}`),
      redact: secrets => note(`redact ${secrets.join()}`),
      flush: () => note('flush'),
    },
  };
}

describe('what is logged', () => {
  test('is written in order once nothing more was logged for 5 ms', () => {
    const { lines, telemetry } = written();
    const later = bufferLogLines(telemetry);
    later.log('INFO', 'first', { n: 1 });
    later.metric('Retries', 2, 'Count');
    vi.advanceTimersByTime(4);
    later.log('WARN', 'second');
    vi.advanceTimersByTime(4);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(lines).toEqual(['INFO first {"n":1}', 'Retries=2', 'WARN second null']);
  });

  test('waits no longer than 105 ms however much is logged', () => {
    const { lines, telemetry } = written();
    const later = bufferLogLines(telemetry);
    for (let ms = 0; ms < 104; ms += 4) {
      later.log('INFO', String(ms));
      vi.advanceTimersByTime(4);
    }
    vi.advanceTimersByTime(1);
    expect(lines).toHaveLength(26);
    expect(lines[0]).toBe('INFO 0 null');
  });

  test.each(['ERROR', 'CRITICAL'] as const)('is written at once when it is %s, after what came before', level => {
    const { lines, telemetry } = written();
    const later = bufferLogLines(telemetry);
    later.log('INFO', 'before');
    later.log(level, 'now');
    expect(lines).toEqual(['INFO before null', `${level} now null`]);
    vi.runAllTimers();
    expect(lines).toHaveLength(2);
  });

  test('is written whole at the end of an invocation, the metrics before they are flushed', () => {
    const { lines, telemetry } = written();
    const later = bufferLogLines(telemetry);
    later.metric('Rounds', 3, 'Count');
    later.log('INFO', 'last');
    later.flush();
    expect(lines).toEqual(['Rounds=3', 'INFO last null', 'flush']);
    later.log('INFO', 'later still');
    vi.runAllTimers();
    expect(lines.at(-1)).toBe('INFO later still null');
  });

  test('never waits when it hides a secret', () => {
    const { lines, telemetry } = written();
    const later = bufferLogLines(telemetry);
    later.log('INFO', 'told with the secret');
    later.redact(['s3cret']);
    expect(lines).toEqual(['redact s3cret']);
  });

  test('leaves the network its turn after 2 ms of writing, and nothing out', () => {
    const lines: number[] = [];
    const slow: Telemetry = {
      ...written().telemetry,
      log: (_level, message) => {
        lines.push(Number(message));
        nowMs += 1;
      },
    };
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const later = bufferLogLines(slow);
    for (let n = 0; n < 5; n += 1) later.log('INFO', String(n));
    vi.advanceTimersToNextTimer();
    expect(lines).toEqual([0, 1]);
    vi.runAllTimers();
    expect(lines).toEqual([0, 1, 2, 3, 4]);
  });
});
