/** What an attempt leaves to the next one, market by market. That of USDⓈ-M alone is written as it always was. */

import { MARKET_NAMES, type MarketName } from '../../exchange/market.ts';
import { type Fields, isObject, objectIn } from '../../text/fields.ts';
import type { Carried } from './carried.ts';
import { readCarried, writeCarried } from './carry.ts';

export type CarriedByMarket = Readonly<Partial<Record<MarketName, Carried>>>;

export function writeCarriedMarkets(carried: CarriedByMarket): string {
  const { usdm, coinm } = carried;
  if (coinm === undefined) return usdm === undefined ? '' : writeCarried(usdm);
  return JSON.stringify({ markets: carried });
}

/** Undefined for a text that is not one of ours. Never throws. */
export function readCarriedMarkets(text: string | undefined): CarriedByMarket | undefined {
  const markets = text === undefined ? undefined : marketsIn(text);
  if (markets === undefined) {
    const usdm = readCarried(text);
    return usdm === undefined ? undefined : { usdm };
  }
  const read: Partial<Record<MarketName, Carried>> = {};
  for (const name of MARKET_NAMES) {
    const part = readCarried(JSON.stringify(markets[name] ?? null));
    if (part !== undefined) read[name] = part;
  }
  return read;
}

function marketsIn(text: string): Fields | undefined {
  const markets = objectIn(text)?.markets;
  return isObject(markets) ? markets : undefined;
}
