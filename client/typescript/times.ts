/**
 * The heartbeat interval and the allowed silence. The deployed values apply: the client reads them from its row and from the
 * preflight, and adopts them while it runs, so that a deployment that changes times changes the bots.
 */

export interface Times {
  heartbeatMs: number;
  lateAfterMs: number;
  deadAfterMs: number;
}

export const HEARTBEAT_MIN_MS = 1_000;
export const HEARTBEAT_MAX_MS = 60_000;
export const SILENCE_MAX_MS = 86_400_000;

/** The configuration's own rules. */
export const areTimesInOrder = ({ heartbeatMs, lateAfterMs, deadAfterMs }: Times): boolean =>
  [heartbeatMs, lateAfterMs, deadAfterMs].every(Number.isSafeInteger) &&
  heartbeatMs >= HEARTBEAT_MIN_MS &&
  heartbeatMs <= HEARTBEAT_MAX_MS &&
  lateAfterMs > heartbeatMs &&
  deadAfterMs > lateAfterMs &&
  deadAfterMs <= SILENCE_MAX_MS;

/** The times that the watchdog stored in the row; undefined if there are none, or invalid ones. */
export function deployedTimesIn(row: Attributes): Times | undefined {
  const times = {
    heartbeatMs: Number(row.asked_heartbeat_ms?.N),
    lateAfterMs: Number(row.asked_late_after_ms?.N),
    deadAfterMs: Number(row.asked_dead_after_ms?.N),
  };
  return areTimesInOrder(times) ? times : undefined;
}

/**
 * Adopts the deployed times; a heartbeat that the bot chose itself stays. `isNew`: something has changed. `differs`: the
 * bot's own heartbeat is not the deployed one.
 */
export function adoptTimes(
  own: Times,
  deployed: Times,
  keepsHeartbeat: boolean,
): { readonly isNew: boolean; readonly differs: boolean } {
  const before = { ...own };
  Object.assign(own, deployed, keepsHeartbeat ? { heartbeatMs: own.heartbeatMs } : {});
  const isNew = (['heartbeatMs', 'lateAfterMs', 'deadAfterMs'] as const).some(name => before[name] !== own[name]);
  return { isNew, differs: own.heartbeatMs !== deployed.heartbeatMs };
}

/** As DynamoDB writes it: a text, or a number as text. */
export type Attribute = { readonly S?: string | undefined; readonly N?: string | undefined };
export type Attributes = Readonly<Record<string, Attribute | undefined>>;
