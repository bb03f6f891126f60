/** The self-test of a refused key: is it of the other kind of account, and what do its checks say then? */

import type { PreflightCheck } from '../../contract.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { KeyPermissions } from '../../core/exchange/model.ts';
import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import type { Caller } from '../exchange/call-exchange.ts';
import {
  findKind,
  type KindFinding,
  kindByRights,
  kindMessage,
  mayBeOtherKind,
  withKindUnknown,
} from './kind-of-account.ts';

export const WRONG_KIND = ERROR_CODES.WRONG_ACCOUNT.heading;

/** Whether one of these answers passes `test`, as soon as the first does. They never reject. */
export const anyAnswer = <T>(answers: readonly Promise<T>[], test: (answer: T) => boolean): Promise<boolean> =>
  Promise.any(
    answers.map(async answer => {
      if (!test(await answer)) throw new Error('not this one');
      return true;
    }),
  ).catch(() => false);

/** Reads the kind once a market has refused the key. `other`: undefined if the exchange has no API of the other kind. */
export async function kindOfRefusedKey(
  other: Caller | undefined,
  markets: readonly Promise<Failure | undefined>[],
  rights: Promise<KeyPermissions | undefined>,
): Promise<KindFinding | undefined> {
  if (other === undefined || !(await anyAnswer(markets, mayBeOtherKind))) return undefined;
  const finding = await findKind(other, () => rights);
  // A key that both APIs refuse may still have rights that decide it.
  return finding.says === 'same' ? (kindByRights(await rights, other.session.market.account) ?? finding) : finding;
}

/** A check of the key once the kind of its account is known. */
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
