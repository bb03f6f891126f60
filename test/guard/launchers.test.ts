/** Whose loss counts as SIGTERM: what launched the guard, and nothing above it. */

import { describe, expect, test } from 'vitest';
import { type Ancestry, watchLaunchers } from '../../bin/commands/guard/launchers.ts';

const OWN = process.pid;
/** The guard's group is 100. Each row: process, its parent, its group. */
type Row = readonly [pid: number, parent: number, group: number];

function watched(rows: readonly Row[]) {
  const table = new Map(rows.map(([pid, parent, group]) => [pid, { parent, group }]));
  const gone = new Set<number>();
  let parent = table.get(OWN)?.parent ?? 0;
  const ancestry: Ancestry = pid => table.get(pid);
  const launchers = watchLaunchers({ parentPid: () => parent, ancestry, isThere: ({ pid }) => !gone.has(pid) });
  return {
    lostAfter: (pid: number): number | undefined => {
      gone.add(pid);
      if (pid === parent) parent = 1;
      return launchers.lost()?.pid;
    },
  };
}

const NPM: readonly Row[] = [
  [OWN, 30, 100],
  [30, 20, 100],
  [20, 10, 100],
  [10, 5, 10],
  [5, 1, 5],
];

describe('npm, its shell, the guard, in a terminal', () => {
  test.each([
    ['the shell', 30, 30],
    ['npm, whose shell lives on', 20, 20],
    ['the terminal’s own shell', 10, undefined],
    ['the terminal', 5, undefined],
  ])('the loss of %s (%i): %s', (_name, pid, expected) => {
    expect(watched(NPM).lostAfter(pid)).toBe(expected);
  });
});

test('a guard that a terminal’s shell launched directly misses that shell', () => {
  const rows: readonly Row[] = [
    [OWN, 10, 100],
    [10, 5, 10],
    [5, 1, 5],
  ];
  expect(watched(rows).lostAfter(10)).toBe(10);
  expect(watched(rows).lostAfter(5)).toBeUndefined();
});

test.each([
  ['systemd or an init', [[OWN, 1, 100]] as const],
  ['nothing, as PID 1 of a container', [[OWN, 0, 100]] as const],
])('a guard that was launched by %s depends on no other process', (_name, rows) => {
  expect(watched(rows).lostAfter(1)).toBeUndefined();
});

test('where ancestors cannot be read, the parent alone is watched', () => {
  let parent = 30;
  const launchers = watchLaunchers({ parentPid: () => parent, ancestry: () => undefined, isThere: () => false });
  expect(launchers.lost()).toBeUndefined();
  parent = 1;
  expect(launchers.lost()?.pid).toBe(30);
});

test('no request of this process is lost', () => {
  expect(watchLaunchers().lost()).toBeUndefined();
});
