/** The self-test of a refused key: is it of the other kind of account, and what do its checks say of that. */

import type { PreflightCheck } from '../../contract.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { KeyPermissions } from '../../core/exchange/model.ts';
import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import type { Caller } from '../exchange/ask-until-heard.ts';
import { anyAnswer } from './any-answer.ts';
import {
  findKind,
  type KindFinding,
  kindByRights,
  kindMessage,
  mayBeOtherKind,
  withKindUnknown,
} from './kind-of-account.ts';

export const WRONG_KIND = ERROR_CODES.WRONG_ACCOUNT.heading;

/** Asks once a market has refused the key. `other`: undefined where the exchange has no API of the other kind. */
export async function kindOfRefusedKey(
  other: Caller | undefined,
  markets: readonly Promise<Failure | undefined>[],
  rights: Promise<KeyPermissions | undefined>,
): Promise<KindFinding | undefined> {
  if (other === undefined || !(await anyAnswer(markets, mayBeOtherKind))) return undefined;
  const finding = await findKind(other, () => rights);
  // A key that both APIs refuse may still have rights that decide it, and nothing waits for this answer.
  return finding.says === 'same' ? (kindByRights(await rights, other.session.market.account) ?? finding) : finding;
}

/** What a check of the key says once the kind of its account is known. */
export const withKind =
  (kind: KindFinding | undefined) =>
  (check: PreflightCheck): PreflightCheck => {
    if (kind === undefined || kind.says === 'same' || !isAboutKey(check)) return check;
    if (kind.says === 'other') return { ...check, detail: kindMessage(kind.account), heading: WRONG_KIND };
    return check.heading === ERROR_CODES.KEY_REFUSED.heading
      ? { ...check, detail: withKindUnknown(check.detail, kind) }
      : check;
  };

const isAboutKey = ({ name, status }: PreflightCheck): boolean =>
  status === 'failed' && (name.startsWith('key and account') || name === 'positions and orders');
