/** What the work of one attempt came to. */

import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { AuditRecorder } from './audit-recorder.ts';
import type { EngineResult } from './run-engine.ts';

/** What the work came to: it ended by itself, or broke off with an error that nothing inside could handle. */
export type Outcome =
  | {
      readonly kind: 'ended';
      readonly session: ExchangeSession;
      readonly result: EngineResult;
      readonly recorder: AuditRecorder;
    }
  | { readonly kind: 'broken'; readonly error: unknown };
