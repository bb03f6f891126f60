/**
 * The state machine of a bot's row, played with the real writes: two runs, an operator and the watchdog, in every order to
 * a stated depth. The watchdog reads and trips in two steps, so that whatever may come in between does.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  beatWithoutProofChange,
  forestallChange,
  markChange,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  waitChange,
  withdrawChange,
} from '../../../lambda/core/heartbeat/client-changes.ts';
import {
  acknowledgeChange,
  armChange,
  disarmChange,
  planChange,
  rearmChange,
  snoozeChange,
} from '../../../lambda/core/heartbeat/operator-changes.ts';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';
import { applied, type BotFields, type RowChange } from '../../../lambda/core/heartbeat/row-change.ts';
import {
  drawStateMachine,
  type RowEvent,
  type RowState,
  rowStateOf,
  STATE_MACHINE,
} from '../../../lambda/core/heartbeat/state-machine.ts';
import { tripChange } from '../../../lambda/core/heartbeat/watch-changes.ts';

/** 7 takes minutes: FLATLINE_STATE_DEPTH=7. */
const DEPTH = Number(process.env.FLATLINE_STATE_DEPTH ?? 5);
const START = Date.UTC(2026, 10, 21, 12, 0, 0);
const BOT = 'alpha';
const RUNS = ['run-a', 'run-b'] as const;
type Run = (typeof RUNS)[number];

/** What is true of the past, derived without reading the row. */
interface Past {
  /** Accepted starts, the last one last. */
  readonly started: readonly Run[];
  /** Since when nothing but a new run or an operator may arm: an operator's disarm stands. */
  readonly disarmedByOperator: boolean;
  /** Until when an operator has snoozed it, if nothing an operator did has ended that. */
  readonly snoozedUntilMs: number | undefined;
  /** The call whose mark was withdrawn or forestalled last: the row remembers one. */
  readonly withdrawn: readonly Run[];
  /** What the watchdog saw, and whether anybody has written since. */
  readonly check: { readonly row: BotFields | undefined; readonly overtaken: boolean } | undefined;
}

interface Node {
  readonly row: BotFields | undefined;
  readonly past: Past;
  readonly steps: readonly string[];
}

interface Move {
  readonly name: string;
  /** Undefined where the protocol has the run not write at all. */
  readonly changes: (node: Node, atMs: number) => readonly RowChange[];
  readonly event: (node: Node) => RowEvent;
  readonly next: (past: Past, atMs: number) => Past;
}

const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
const current = ({ past }: Node): Run | undefined => past.started.at(-1);
const ofRun =
  (run: Run, event: RowEvent) =>
  (node: Node): RowEvent =>
    current(node) === run ? event : 'replaced-run-writes';

const runMoves = (run: Run): readonly Move[] => {
  const beat = (atMs: number) => ({ botId: BOT, runId: run, atMs, count: atMs - START, by: 'bot', times: TIMES });
  const end = (atMs: number) => ({ botId: BOT, runId: run, atMs, by: 'bot', reason: 'why', callId: `call-of-${run}` });
  const same = (past: Past): Past => past;
  return [
    {
      name: `${run} starts`,
      changes: (_node, atMs) => [takeOverChange(beat(atMs)), startChange(beat(atMs)), waitChange(beat(atMs))],
      event: () => 'run-starts',
      next: past => ({ ...past, started: [...past.started, run], disarmedByOperator: false }),
    },
    {
      name: `${run} beats`,
      changes: (_node, atMs) => [runBeatChange(beat(atMs))],
      event: ofRun(run, 'run-beats'),
      next: same,
    },
    {
      name: `${run} beats without proof`,
      changes: (_node, atMs) => [beatWithoutProofChange(beat(atMs))],
      event: ofRun(run, 'run-beats'),
      next: same,
    },
    {
      name: `${run} stops cleanly`,
      changes: (_node, atMs) => [stopChange(end(atMs))],
      event: ofRun(run, 'run-stops'),
      next: same,
    },
    {
      name: `${run} reports its failure`,
      changes: (_node, atMs) => [markChange(end(atMs))],
      event: ofRun(run, 'run-reports-failure'),
      next: same,
    },
    {
      name: `${run} withdraws its mark`,
      changes: () => [withdrawChange(BOT, `call-of-${run}`), forestallChange(BOT, `call-of-${run}`)],
      event: () => 'failure-withdrawn',
      next: past => ({ ...past, withdrawn: [run] }),
    },
  ];
};

const action = (atMs: number) => ({ botId: BOT, atMs, by: 'ops', reason: 'why' });
const operatorMoves: readonly Move[] = [
  {
    name: 'the operator arms',
    changes: (_node, atMs) => [armChange(action(atMs))],
    event: () => 'operator-arms',
    next: past => ({ ...past, disarmedByOperator: false, snoozedUntilMs: undefined }),
  },
  {
    name: 'the operator disarms',
    changes: (_node, atMs) => [disarmChange(action(atMs))],
    event: () => 'operator-disarms',
    next: past => ({ ...past, disarmedByOperator: true, snoozedUntilMs: undefined }),
  },
  {
    name: 'the operator re-arms',
    changes: (_node, atMs) => [rearmChange(action(atMs))],
    event: () => 'operator-rearms',
    next: past => ({ ...past, disarmedByOperator: false, snoozedUntilMs: undefined }),
  },
  {
    name: 'the operator snoozes',
    changes: (_node, atMs) => [snoozeChange(action(atMs), atMs + 60_000)],
    event: () => 'operator-snoozes',
    next: (past, atMs) => ({ ...past, snoozedUntilMs: atMs + 60_000 }),
  },
  {
    name: 'the operator plans snoozes',
    changes: (_node, atMs) => [planChange(action(atMs), { every: 'daily 02:00 UTC', forMs: 60_000 })],
    event: () => 'operator-plans-snoozes',
    next: past => past,
  },
  {
    name: 'the operator acknowledges',
    changes: (_node, atMs) => [acknowledgeChange(action(atMs))],
    event: () => 'operator-acknowledges',
    next: past => past,
  },
];
const MOVES = [...RUNS.flatMap(runMoves), ...operatorMoves];

const stateOf = (row: BotFields | undefined): RowState => rowStateOf(row && readBotRow(BOT, row));
const fail = (node: Node, move: string, what: string): never => {
  throw new Error(`${[...node.steps, move].join(', then ')}: ${what}`);
};

/** One writer's step, held against the table and against the past. */
function play(node: Node, move: Move, atMs: number): Node {
  const before = stateOf(node.row);
  const rows = move.changes(node, atMs).map(change => applied(node.row, change));
  const row = rows.find(one => one !== undefined);
  const steps = [...node.steps, move.name];
  if (move.event(node) === 'failure-withdrawn') return withdrawn(node, move, row, rows[0] !== undefined, steps);
  const isKnownRun = move.name.endsWith('starts') && node.past.started.slice(-2).some(run => move.name.startsWith(run));
  const expected = STATE_MACHINE[before][move.event(node)];
  if (row === undefined) {
    const isForestalled =
      move.name.endsWith('reports its failure') && node.past.withdrawn.some(run => move.name.startsWith(run));
    if (expected.kind === 'to' && !isKnownRun && !isForestalled)
      fail(node, move.name, `was refused in state ${before}`);
    return { ...node, steps };
  }
  if (isKnownRun) fail(node, move.name, 'a run that was started before has taken the watch over again');
  if (expected.kind !== 'to') return fail(node, move.name, `was done in state ${before}, where it is refused`);
  if (stateOf(row) !== expected.state) fail(node, move.name, `led to ${stateOf(row)}, not to ${expected.state}`);
  const stands = node.past.disarmedByOperator && before === 'disarmed' && expected.state !== 'disarmed';
  if (stands && !/^the operator|starts$/.test(move.name)) fail(node, move.name, 'an operator’s disarm was undone');
  const isMarkOfWithdrawn =
    stateOf(row) === 'failed' &&
    before !== 'failed' &&
    node.past.withdrawn.some(run => row.failed_call_id === `call-of-${run}`);
  if (isMarkOfWithdrawn) fail(node, move.name, 'a mark that was withdrawn stands');
  const past = move.next(node.past, atMs);
  if (row.snoozed_until_ms !== past.snoozedUntilMs) fail(node, move.name, 'an operator’s snooze was undone');
  // A mark that comes and goes again leaves a silent bot silent, and so does an acknowledgement.
  const isSamePlan = move.name.endsWith('plans snoozes') && node.row?.snooze_every === row.snooze_every;
  const leavesItSilent = isSamePlan || /reports its failure$|acknowledges$/.test(move.name);
  const check = node.past.check && { ...node.past.check, overtaken: node.past.check.overtaken || !leavesItSilent };
  return { row, steps, past: { ...past, check } };
}

function withdrawn(
  node: Node,
  move: Move,
  row: BotFields | undefined,
  wasThere: boolean,
  steps: readonly string[],
): Node {
  const before = stateOf(node.row);
  const isOver = before === 'tripped' || before === 'disarmed' || before === 'unknown';
  if (isOver !== (row === undefined))
    fail(node, move.name, `in state ${before} was ${row === undefined ? 'refused' : 'done'}`);
  if (row === undefined) return { ...node, steps };
  if (wasThere && stateOf(row) === 'failed') fail(node, move.name, 'left the mark in the row');
  if (!wasThere && stateOf(row) !== before) fail(node, move.name, 'took away the mark of another call');
  return { row, steps, past: { ...move.next(node.past, 0), check: node.past.check } };
}

/** The watchdog trips what it saw, if it was armed then. */
function trip(node: Node, atMs: number): Node {
  const { check } = node.past;
  const seen = check?.row === undefined ? undefined : readBotRow(BOT, check.row);
  if (check === undefined || seen?.state !== 'armed' || seen.beat === undefined) return node;
  const claim = {
    tickId: 'tick',
    correlationId: `liq_20261121_120000_${String(atMs - START).padStart(6, '0')}`,
    deadlineMs: atMs,
    nowMs: atMs,
    lockoutMs: 60_000,
  };
  const row = applied(node.row, tripChange(seen, claim));
  const overtaken = check.overtaken || check.row?.failed_at_ms !== node.row?.failed_at_ms;
  if (row !== undefined && overtaken) fail(node, 'trip', 'tripped although somebody has written since it was seen');
  if (row === undefined && !overtaken) fail(node, 'trip', 'was lost, although nobody has written since it was seen');
  return { row: row ?? node.row, steps: [...node.steps, 'trip'], past: { ...node.past, check: undefined } };
}

/** Instants by their order alone: two rows that differ in nothing else behave alike. */
function keyOf({ row, past }: Node): string {
  const instants = new Set<number>();
  const collect = (value: unknown): void => {
    if (typeof value === 'number' && value > 1e6) instants.add(value);
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) collect(one);
  };
  collect([row, past]);
  const ranks = new Map([...instants].sort((a, b) => a - b).map((at, rank) => [at, rank]));
  return JSON.stringify(
    [row, past.started.slice(-2), past.disarmedByOperator, past.withdrawn, past.check, past.snoozedUntilMs],
    (name, value) => {
      if (name === 'beats' || name === 'correlation_id' || name === 'unproven_starts') return value === 0 ? 0 : 'x';
      return typeof value === 'number' ? `#${ranks.get(value) ?? value}` : value;
    },
  );
}

test(`for every order of ${MOVES.length + 2} steps of two runs, an operator and the watchdog, ${DEPTH} deep: no false trip, no lost trip, no undone command`, () => {
  const nothing: Past = {
    ...{ started: [], disarmedByOperator: false, snoozedUntilMs: undefined, withdrawn: [], check: undefined },
  };
  let level: readonly Node[] = [{ row: undefined, past: nothing, steps: [] }];
  const known = new Set(level.map(keyOf));
  let played = 0;
  for (let depth = 1; depth <= DEPTH && level.length > 0; depth += 1) {
    const atMs = START + depth * 1_000;
    const next: Node[] = [];
    for (const node of level) {
      const checked = {
        ...node,
        steps: [...node.steps, 'check'],
        past: { ...node.past, check: { row: node.row, overtaken: false } },
      };
      for (const after of [...MOVES.map(move => play(node, move, atMs)), checked, trip(node, atMs)]) {
        played += 1;
        const key = keyOf(after);
        if (known.has(key)) continue;
        known.add(key);
        next.push(after);
      }
    }
    level = next;
  }
  if (process.env.FLATLINE_STATE_DEPTH !== undefined) console.log(`${played} transitions, ${known.size} situations`);
  expect(new Set([...known].map(key => stateOfKey(key))).size).toBe(6);
  expect(played).toBeGreaterThan(10_000);
}, 1_200_000);

const stateOfKey = (key: string): string => {
  const [row] = JSON.parse(key);
  if (row === null) return 'unknown';
  if (row.watch_state !== 'armed') return row.watch_state;
  return row.failed_at_ms !== undefined ? 'failed' : row.waiting_since_ms !== undefined ? 'waiting' : 'armed';
};

/** `UPDATE_DOCS=1 npx vitest run test/core/heartbeat/state-machine.test.ts` draws it anew. */
test('docs/operations.md draws the state machine as it is', () => {
  const path = new URL('../../../docs/operations.md', import.meta.url);
  const text = readFileSync(path, 'utf8');
  const [before, rest = ''] = text.split('<!-- states -->\n');
  const after = rest.split('<!-- /states -->')[1] ?? '';
  const wanted = `${before}<!-- states -->\n\`\`\`mermaid\n${drawStateMachine()}\n\`\`\`\n<!-- /states -->${after}`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, wanted);
  expect(readFileSync(path, 'utf8')).toBe(wanted);
});
