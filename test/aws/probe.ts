/** A call that is tried, and what permission it takes. */

import type { PermissionTarget } from '../../lambda/permissions.ts';
import type { PolicyRequest } from './iam-evaluator.ts';

export interface Probe extends PolicyRequest {
  /** By the name that lambda/permissions.ts has for it, or a word for what nobody may touch. */
  readonly target: PermissionTarget | string;
  /** Undefined: MiniStack does not report the resource of such a call. */
  readonly call?: { readonly service: string; readonly operation: string; readonly params: object };
}
