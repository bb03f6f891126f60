/**
 * The events of a client: one for each change, never one for each repetition. Listeners are the bot's own code, so their
 * errors are caught.
 */

export type EventKind =
  /** Watched from now on. */
  | 'armed'
  /** The bot was liquidated: it must not trade until an operator re-arms it. */
  | 'tripped'
  /** The bot was disarmed by hand: it is not watched. */
  | 'disarmed'
  /** The bot was disarmed by stop(): it is not watched, on purpose. */
  | 'stopped'
  /** AWS refuses, and repeating does not help. */
  | 'refused'
  /** AWS cannot be reached; heartbeats are repeated. */
  | 'unreached'
  | 'reached'
  /** No proof of work for too long: no heartbeats until the next proof. */
  | 'hung'
  | 'working'
  /** A newer run of the bot has taken over: this one sends no more heartbeats and must not trade. */
  | 'replaced'
  /** Another run is active, and only one may be: this one is not watched. */
  | 'occupied'
  /** The bot's own heartbeat differs from the deployed configuration. */
  | 'times-differ'
  /** Waiting to see whether another run still sends heartbeats. */
  | 'looking'
  | 'liquidating'
  | 'liquidated'
  | 'not-liquidated'
  | 'ready'
  | 'not-ready';

export interface FlatlineEvent {
  readonly kind: EventKind;
  readonly sentence: string;
  readonly correlationId?: string;
}

export type Listener = (event: FlatlineEvent) => unknown;

export interface Events {
  emit(kind: EventKind, sentence: string, correlationId?: string): void;
  /** Returns the function that ends it. */
  listen(listener: Listener, kinds?: readonly EventKind[]): () => void;
}

export function createEvents(): Events {
  const listeners = new Set<{ readonly listener: Listener; readonly kinds: readonly EventKind[] | undefined }>();
  return {
    emit: (kind, sentence, correlationId) => {
      const event: FlatlineEvent = { kind, sentence, ...(correlationId !== undefined && { correlationId }) };
      for (const { listener, kinds } of listeners) {
        if (kinds === undefined || kinds.includes(kind)) void callSafely(listener, event);
      }
    },
    listen: (listener, kinds) => {
      const entry = { listener, kinds };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

export const listening = (
  events: Events,
): Readonly<Record<'onTripped' | 'onRefused' | 'onEvent', (callback: Listener) => () => void>> => ({
  onTripped: callback => events.listen(callback, ['tripped']),
  onRefused: callback => events.listen(callback, ['refused', 'disarmed', 'replaced', 'occupied', 'not-ready']),
  onEvent: callback => events.listen(callback),
});

const QUIET: readonly EventKind[] = ['armed', 'stopped', 'reached', 'working', 'ready'];

/** The default listener: problems go to stderr. */
export function printProblem({ kind, sentence }: FlatlineEvent): void {
  if (!QUIET.includes(kind)) console.error(`flatline: ${sentence}`);
}

async function callSafely(listener: Listener, event: FlatlineEvent): Promise<void> {
  try {
    await listener(event);
  } catch (error) {
    console.error(`flatline: a listener of the bot failed (${error instanceof Error ? error.name : typeof error}).`);
  }
}
