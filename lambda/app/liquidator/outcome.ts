/** What the work of one attempt came to. */

import type { AccountKind } from '../../core/exchange/market.ts';
import type { Peek } from '../../core/liquidation/answer/market-ends.ts';
import type { ExchangeSession, NamedTrace } from '../exchange/exchange-session.ts';
import type { AuditRecorder } from './audit-recorder.ts';
import type { KindFinding } from './kind-of-account.ts';
import type { EngineResult } from './run-engine.ts';

/** What it came to in one market. */
export interface MarketOutcome {
  readonly session: ExchangeSession;
  readonly result: EngineResult;
  readonly recorder: AuditRecorder;
}

/** What the work came to: it ended by itself, or broke off with an error that nothing inside could handle. */
export type AttemptOutcome =
  | {
      readonly kind: 'ended';
      readonly markets: readonly MarketOutcome[];
      readonly peeks: readonly Peek[];
      /** Every request that ended. */
      readonly requests: readonly NamedTrace[];
      /** The account is of another kind than the configuration says, and was cleared as that. */
      readonly otherKind?: AccountKind;
      /** The key is refused, and whether the account is of the other kind could not be learnt. */
      readonly kindUnknown?: Extract<KindFinding, { says: 'unknown' }>;
    }
  | { readonly kind: 'broken'; readonly error: unknown };
