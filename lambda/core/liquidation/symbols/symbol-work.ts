/** What is to be done in one symbol: a close for each position, and the cancels of both kinds. */

import type { Failure } from '../../exchange/failure.ts';
import type { ConditionalOrder, OpenOrder, Position, PositionSide } from '../../exchange/model.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';
import type { Learnt } from '../close/learnt.ts';

/** One thing to be done, and its tries. */
export interface Work {
  readonly stage: Stage;
  /** Tries since something last moved. */
  readonly tries: number;
  /** Waits in a row for reasons that use up no try (limits, overload). */
  readonly waits: number;
  readonly failure: Failure | undefined;
}

export type Stage =
  | { readonly kind: 'idle' }
  /** `ids`: of the requests without an answer; `soFar`: what the answers of the same batch ask for together. */
  | {
      readonly kind: 'in-flight';
      readonly ids: readonly number[];
      readonly sinceMs: number;
      readonly soFar: BatchOutcome;
    }
  /** A read sent at `sinceMs` or later shows what became of it. `failed`: it uses up a try if nothing moved. */
  | { readonly kind: 'to-verify'; readonly sinceMs: number; readonly failed: boolean }
  | { readonly kind: 'waiting'; readonly untilMs: number }
  /** No further try in this attempt, until the amount changes. */
  | { readonly kind: 'exhausted' };

/** Of a batch: whether a read is needed, whether something failed, and the highest step that a failure asks for (work.ts). */
export interface BatchOutcome {
  readonly needsRead: boolean;
  readonly failed: boolean;
  readonly step: Step | undefined;
  readonly failure: Failure | undefined;
}

export const IDLE: Stage = { kind: 'idle' };
export const NO_WORK: Work = { stage: IDLE, tries: 0, waits: 0, failure: undefined };

export interface SymbolWork {
  readonly symbol: string;
  /** Roughly: the notionals of its positions together. Decides the order of requests. */
  readonly notionalUsd: number;
  readonly targets: readonly CloseTarget[];
  readonly orders: readonly OpenOrder[];
  readonly conditionals: readonly ConditionalOrder[];
  readonly cancelOrders: CancelWork;
  readonly cancelConditionals: CancelWork;
  /** Whether a position of the symbol was seen: then its conditional orders are cancelled once more at the end. */
  readonly held: boolean;
  readonly swept: boolean;
}

export interface CancelWork extends Work {
  /** Rows whose cancel the exchange accepted, with the time of its answer. */
  readonly accepted: ReadonlyMap<string, number>;
  /** When it last accepted a cancel. */
  readonly doneAtMs: number | undefined;
  /** Each row whose cancel it accepted, with the form of the cancel. */
  readonly reported: ReadonlySet<string>;
  /** When it last accepted the cancel of rows for the first time. */
  readonly clearedAtMs: number | undefined;
  /** When the first request went out: a close waits for it only so long. */
  readonly startedAtMs: number | undefined;
  /** An order exists that the list does not show: cancel although there is no row of it. */
  readonly forgotten: boolean;
  /** The kind of cancel that was refused, or was accepted without effect: the other kind is tried. */
  readonly ineffectiveKind: ExchangeRequest['kind'] | undefined;
  /** The kind that was last accepted. */
  readonly takenKind: ExchangeRequest['kind'] | undefined;
}

export const NO_CANCEL: CancelWork = {
  ...NO_WORK,
  accepted: new Map(),
  reported: new Set(),
  doneAtMs: undefined,
  clearedAtMs: undefined,
  startedAtMs: undefined,
  forgotten: false,
  ineffectiveKind: undefined,
  takenKind: undefined,
};

/** The close of one position: the unit of tries and of what is learnt. */
export interface CloseTarget extends Work {
  readonly symbol: string;
  readonly side: PositionSide;
  /** As last seen; undefined when the last read showed none. */
  readonly position: Position | undefined;
  /** Batches of orders so far: part of the orders' names. */
  readonly batches: number;
  /** The last batch was for all of the amount: a full fill leaves nothing. */
  readonly sentWhole: boolean;
  /** Amount at the last batch, to see whether something moved. */
  readonly triedAmount: string | undefined;
  readonly triedAtMs: number;
  /** The newest fill of ours. */
  readonly fill: { readonly updatedAtMs: number; readonly knownAtMs: number } | undefined;
  readonly learnt: Learnt;
  /** The rest that no order can close; undefined if all of it can be closed, as far as is known. */
  readonly dust: string | undefined;
}

export const hasPosition = (own: SymbolWork): boolean => own.targets.some(target => target.position !== undefined);

/** Rows still to be cancelled, as far as is known. */
export const uncancelledOrders = ({ orders, cancelOrders: { accepted } }: SymbolWork): SymbolWork['orders'] =>
  accepted.size === 0 ? orders : orders.filter(row => !accepted.has(row.orderId));

export const uncancelledConditionals = ({
  conditionals,
  cancelConditionals: { accepted },
}: SymbolWork): SymbolWork['conditionals'] =>
  accepted.size === 0 ? conditionals : conditionals.filter(row => !accepted.has(row.algoId));
