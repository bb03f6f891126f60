/** The scripted "no" of the exchange's rules: to a whole request, or to the items of a batch that it is about. */

import { isAbout, isAboutItems } from '../engine/rules/fault-script.ts';
import type { OrderScript } from './endpoint.ts';

type Raw = Readonly<Record<string, string>>;

/** Throws if the script refuses the request, which the script has matched already. */
export function refuseRequest({ refusals }: OrderScript, refusesByItem: boolean): void {
  const found = refusals.find(({ on }) => !(refusesByItem && isAboutItems(on)));
  if (found !== undefined) throw found.refusal;
}

/** Throws if the script refuses this order of several. */
export function refuseByScript({ refusals }: OrderScript, order: Raw): void {
  const found = refusals.find(({ on }) => isAboutItems(on) && isAbout(on, order));
  if (found !== undefined) throw found.refusal;
}
