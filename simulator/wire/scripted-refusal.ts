/** Scripted refusals, of a whole request or of single items of a batch. */

import { isAbout, isAboutItems } from '../engine/rules/fault-script.ts';
import type { OrderScript } from './endpoint.ts';

type Raw = Readonly<Record<string, string>>;

/** Throws if a refusal concerns the whole request. */
export function refuseRequest({ refusals }: OrderScript, refusesByItem: boolean): void {
  const found = refusals.find(({ on }) => !(refusesByItem && isAboutItems(on)));
  if (found !== undefined) throw found.refusal;
}

/** Throws if a refusal concerns this item of a batch. */
export function refuseByScript({ refusals }: OrderScript, order: Raw): void {
  const found = refusals.find(({ on }) => isAboutItems(on) && isAbout(on, order));
  if (found !== undefined) throw found.refusal;
}
