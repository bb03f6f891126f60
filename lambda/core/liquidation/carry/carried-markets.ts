/** What an attempt leaves to the next one, by market. USDⓈ-M alone is written without a market, as older versions did. */

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

/** Undefined for a text that we did not write. Never throws. */
export function readCarriedMarkets(text: string | undefined): CarriedByMarket | undefined {
  const markets = text === undefined ? undefined : marketsIn(text);
  if (markets === undefined) {
    const usdm = readCarried(text);
    return usdm === undefined ? undefined : { usdm };
  }
  const read = MARKET_NAMES.map(name => [name, readCarried(JSON.stringify(markets[name] ?? null))] as const);
  return Object.fromEntries(read.filter(([, carried]) => carried !== undefined));
}

function marketsIn(text: string): Fields | undefined {
  const markets = objectIn(text)?.markets;
  return isObject(markets) ? markets : undefined;
}
