/** Which checks the alive file prove work, in virtual time, and real files that vanish and return. */

import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FileMark, readFileMark, watchAliveFile } from '../../bin/commands/guard/alive-file.ts';

const START_MS = Date.UTC(2024, 1, 29);
const WITHIN_MS = 10_000;
const POLL_MS = 1_000;

const mark = (text: string, changedAtMs = START_MS + 500): FileMark => ({ text, changedAtMs });
const OLD = mark('old', START_MS - 60_000);

type Look = FileMark | 'error' | 'hang';

describe('in virtual time', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      now: START_MS,
      toFake: ['Date', 'performance', 'setTimeout', 'setInterval', 'clearInterval', 'clearTimeout'],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** One look each second; the last answer stays. Gives the seconds at which work was proven, and what was reported. */
  async function proofsOf(looks: readonly Look[], seconds = looks.length) {
    const left = [...looks];
    const provenAtS: number[] = [];
    const told: string[] = [];
    let finish: ((found: FileMark) => void) | undefined;
    const watching = watchAliveFile('alive', {
      withinMs: WITHIN_MS,
      onProof: () => provenAtS.push((Date.now() - START_MS) / POLL_MS),
      onHang: sentence => told.push(sentence),
      read: async () => {
        const next = left.shift();
        if (next === 'error') throw new Error('EACCES');
        if (next === 'hang') return new Promise(resolve => (finish = resolve));
        return next;
      },
    });
    await vi.advanceTimersByTimeAsync(POLL_MS * (seconds - 1));
    return { provenAtS, told, watching, finish: (found: FileMark) => finish?.(found) };
  }

  test.each<readonly [string, readonly Look[], readonly number[]]>([
    ['a leftover file that nobody touches proves nothing', [OLD, OLD, OLD], []],
    ['each change of the file is a proof', [OLD, mark('a'), mark('a'), mark('b')], [1, 3]],
    ['a file that vanishes and returns untouched proves nothing', [OLD, undefined, undefined, OLD], []],
    ['a file that was unreadable and returns untouched proves nothing', [OLD, 'error', OLD], []],
    [
      'a file that vanishes again and again is compared with its last readable mark',
      [OLD, undefined, OLD, 'error', OLD],
      [],
    ],
    ['a file that returns touched is a proof', [OLD, undefined, mark('a')], [2]],
    ['a date that goes back is a change', [mark('b'), mark('a', START_MS - 1)], [1]],
    ['a file that did not exist at the start proves work once it is made', [undefined, mark('a'), mark('a')], [1]],
    ['an old file on a mount that comes late proves nothing until it is touched', [undefined, OLD, mark('a')], [2]],
    ['an old file that was unreadable at the start proves nothing until it is touched', ['error', OLD, mark('a')], [2]],
  ])('%s', async (_name, looks, expected) => {
    const { provenAtS } = await proofsOf(looks);
    expect(provenAtS).toEqual(expected);
  });

  test('a read that hangs blocks nothing, is reported once, and no second read follows it', async () => {
    const { provenAtS, told, watching } = await proofsOf([OLD, 'hang', mark('a')], 60);
    expect(provenAtS).toEqual([]);
    expect(told).toEqual([
      'alive cannot be read: the file system does not answer. This does not count as a sign of work.',
    ]);
    expect((await watching).isHanging()).toBe(true);
  });

  test('the watch begins after two seconds even if the first read hangs', async () => {
    const { watching } = await proofsOf(['hang'], 4);
    expect((await watching).isHanging()).toBe(true);
  });

  test.each([
    ['longer than the proof is worth, is no proof; the next change is', 20, [22]],
    ['for a moment, is a proof like any other', 3, [3, 5]],
  ] as const)('a read that hangs %s', async (_name, hangsS, expected) => {
    const run = await proofsOf([OLD, 'hang', mark('a'), mark('b')], hangsS + 1);
    run.finish(mark('a'));
    await vi.advanceTimersByTimeAsync(3 * POLL_MS);
    expect(run.provenAtS).toEqual(expected);
  });
});

describe('real files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alive-file-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Does one thing after another, each after two further looks, and gives how many proofs each has brought. */
  async function proofsAfter(path: string, steps: readonly (() => void)[]): Promise<readonly number[]> {
    let proofs = 0;
    let looks = 0;
    const watch = await watchAliveFile(path, {
      ...{ withinMs: 1_000, onProof: () => (proofs += 1), onHang: () => undefined },
      read: async name => {
        const found = await readFileMark(name).catch(() => undefined);
        looks += 1;
        return found;
      },
    });
    const counts: number[] = [];
    for (const step of steps) {
      const before = proofs;
      step();
      const from = looks;
      await expect.poll(() => looks - from).toBeGreaterThanOrEqual(2);
      counts.push(proofs - before);
    }
    watch.close();
    return counts;
  }

  test('a file that is moved away and back proves nothing; touched, it does', async () => {
    const path = join(folder, 'moved');
    writeFileSync(path, '');
    const counts = await proofsAfter(path, [
      () => renameSync(path, `${path}.away`),
      () => renameSync(`${path}.away`, path),
      () => utimesSync(path, new Date(), new Date(Date.now() + 5_000)),
    ]);
    expect(counts).toEqual([0, 0, 1]);
  });

  test('a link whose target is exchanged for itself proves nothing; a fresh target does', async () => {
    const path = join(folder, 'link');
    const target = join(folder, 'target');
    writeFileSync(target, '');
    symlinkSync(target, path);
    const counts = await proofsAfter(path, [
      () => rmSync(path),
      () => symlinkSync(target, path),
      () => writeFileSync(target, 'more'),
    ]);
    expect(counts).toEqual([0, 0, 1]);
  });
});
