/**
 * The time axis: to scale where something happens, cut where nothing does, so that requests of 20 ms and a wait of 30 s
 * fit on one page. Positions are percent of the width.
 *
 *   |──▪▪──▪─▪──|⫽ 4.0 s ⫽|──▪▪─▪──|
 */

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A cut: a time without requests. */
export interface AxisBreak extends Span {
  readonly from: number;
  readonly to: number;
}

export type Axis = Readonly<ReturnType<typeof axisOf>>;

/** A quiet time is cut when it is longer than this, and than a share of all busy time. */
const SHORTEST_CUT_MS = 400;
const CUT_SHARE = 1 / 4;
/** The width of a cut in percent; all cuts together never more than MOST_CUTS. */
const CUT_WIDTH = 5;
const MOST_CUTS = 45;

/** `busy` in any order; if empty, the axis is one millisecond long. */
export function axisOf(busy: readonly Span[]) {
  const runs = mergeRuns(busy);
  const busyMs = Math.max(
    1,
    runs.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  );
  const pieces = joinRuns(runs, Math.max(SHORTEST_CUT_MS, busyMs * CUT_SHARE));
  const shownMs = Math.max(
    1,
    pieces.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  );
  const cut = pieces.length > 1 ? Math.min(CUT_WIDTH, MOST_CUTS / (pieces.length - 1)) : 0;
  const perMs = (100 - cut * (pieces.length - 1)) / shownMs;

  const starts: number[] = [];
  let next = 0;
  for (const { fromMs, toMs } of pieces) {
    starts.push(next);
    next += (toMs - fromMs) * perMs + cut;
  }
  const at = (atMs: number): number => {
    const index = Math.max(
      0,
      pieces.findLastIndex(({ fromMs }) => fromMs <= atMs),
    );
    const piece = pieces[index] ?? { fromMs: 0, toMs: 0 };
    const start = starts[index] ?? 0;
    const end = start + (piece.toMs - piece.fromMs) * perMs;
    if (atMs <= piece.toMs) return clamp(start + (atMs - piece.fromMs) * perMs);
    const after = pieces[index + 1];
    // Inside a cut: in proportion.
    return after === undefined ? 100 : clamp(end + (cut * (atMs - piece.toMs)) / (after.fromMs - piece.toMs));
  };
  const stepMs = niceStep(shownMs / MOST_TICKS);
  const [first] = pieces;
  const fromMs = first?.fromMs ?? 0;
  return {
    fromMs,
    toMs: pieces.at(-1)?.toMs ?? fromMs + 1,
    /** Percent, 0 to 100. */
    at,
    breaks: pieces.slice(1).map((piece, index) => {
      const before = pieces[index] ?? piece;
      return { fromMs: before.toMs, toMs: piece.fromMs, from: at(before.toMs), to: at(piece.fromMs) };
    }),
    ticks: ticksOf(pieces, fromMs, stepMs, at),
    /** The step between two ticks, which decides their digits. */
    stepMs,
  };
}

const clamp = (percent: number): number => Math.min(100, Math.max(0, percent));

/** Merges overlapping spans. */
function mergeRuns(busy: readonly Span[]): readonly Span[] {
  return joinRuns(
    busy.toSorted((a, b) => a.fromMs - b.fromMs),
    0,
  );
}

function joinRuns(sorted: readonly Span[], gapMs: number): readonly Span[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && fromMs - last.toMs <= gapMs) last.toMs = Math.max(last.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
}

const MOST_TICKS = 7;
/** Closer than this, labels would overlap on a phone. */
const CLOSEST_TICKS = 13;

/** The next of 1, 2, 5, 10, … above. */
function niceStep(ms: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, ms)));
  return [1, 2, 5, 10].map(factor => factor * decade).find(step => step >= ms) ?? decade * 10;
}

/** At whole steps since the start, and after each cut. */
function ticksOf(pieces: readonly Span[], zeroMs: number, stepMs: number, at: (atMs: number) => number) {
  const ticks: { at: number; ms: number }[] = [];
  for (const { fromMs, toMs } of pieces) {
    const first = Math.ceil((fromMs - zeroMs) / stepMs);
    const last = Math.floor((toMs - zeroMs) / stepMs);
    const whole = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * stepMs);
    for (const ms of [fromMs - zeroMs, ...whole]) {
      const place = at(zeroMs + ms);
      if (ticks.length === 0 || place - (ticks.at(-1)?.at ?? 0) >= CLOSEST_TICKS) ticks.push({ at: place, ms });
    }
  }
  return ticks;
}
