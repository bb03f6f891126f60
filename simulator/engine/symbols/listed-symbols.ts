/**
 * The rest of the list: exchangeInfo is as large and as irregular as the real one (924 symbols on 2026-10-07, 134 of them
 * SETTLING). Nobody trades them unless a scenario does.
 *
 *   trading                  most
 *   delisted                 SETTLING, a seventh; a few CLOSE or PRE_DELIVERING
 *   not yet trading          PENDING_TRADING, with tick and step "0"
 *   stopped                  TRADING_HALT, TRADING_CANCEL_ONLY
 *   shares, metals, indices  TRADIFI_PERPETUAL, a fifth
 *   odd limits               MARKET_LOT_SIZE.maxQty above LOT_SIZE.maxQty
 */

import type { SymbolSpec, SymbolStatus } from './symbols.ts';

const FIRST = 'BA CE DI FO GU HA JE KI LO MU NA PE RI SO TU VA WE ZI'.split(' ');
const SECOND = 'BO CU DA FE GI HO JU KA LE MI NO PU RA SE TI VO WU ZA'.split(' ');

const MARKS = ['0.0004312', '0.01873', '0.2206', '1.874', '12.43', '96.2', '1183'] as const;
const TICKS = ['0.0000001', '0.00001', '0.0001', '0.001', '0.01', '0.01', '0.1'] as const;
const STEPS = ['1', '1', '1', '0.1', '0.01', '0.01', '0.001'] as const;
const SHARES = ['EQUITY', 'COMMODITY', 'INDEX', 'KR_EQUITY'] as const;

/** `count` of them, always the same. */
export function listedSymbols(count: number): readonly SymbolSpec[] {
  return Array.from({ length: count }, (_, index) => listed(index));
}

function listed(index: number): SymbolSpec {
  const base = baseAsset(index);
  const quoteAsset = index % 20 === 4 ? 'USDC' : 'USDT';
  const scale = index % MARKS.length;
  return {
    symbol: `${base}${quoteAsset}`,
    baseAsset: base,
    quoteAsset,
    markPrice: MARKS[scale] ?? '1',
    tickSize: TICKS[scale] ?? '0.0001',
    stepSize: STEPS[scale] ?? '1',
    status: statusOf(index),
    minNotional: index % 3 === 0 ? '20' : '5',
    limitMaxQuantity: index % 25 === 10 ? '100000' : '1000000',
    marketMaxQuantity: index % 25 === 10 ? '150000' : '60000',
    ...(index % 5 === 1
      ? {
          contractType: 'TRADIFI_PERPETUAL',
          underlyingType: SHARES[index % SHARES.length] ?? 'EQUITY',
          marketTakeBound: '0.02',
        }
      : {}),
    ...(statusOf(index) === 'PENDING_TRADING'
      ? { documented: { tickSize: '0', stepSize: '0', marketStepSize: '0', minQuantity: '0' } }
      : {}),
  };
}

function statusOf(index: number): SymbolStatus {
  if (index % 100 === 50) return 'PENDING_TRADING';
  if (index % 7 === 3) return 'SETTLING';
  if (index % 50 === 1) return 'TRADING_HALT';
  if (index % 230 === 2) return 'TRADING_CANCEL_ONLY';
  if (index % 150 === 5) return 'CLOSE';
  if (index % 200 === 6) return 'PRE_DELIVERING';
  return 'TRADING';
}

/** Four letters; from the 325th on a fifth separates the rounds. */
function baseAsset(index: number): string {
  const pairs = FIRST.length * SECOND.length;
  const round = Math.floor(index / pairs);
  const pair = index % pairs;
  const letters = `${FIRST[pair % FIRST.length]}${SECOND[Math.floor(pair / FIRST.length)]}`;
  return round === 0 ? letters : `${letters}${String.fromCharCode(64 + round)}`;
}
