import { describe, expect, it } from 'vitest';
import { type Stage, stage } from '../stage.ts';

type Row = Readonly<Record<string, unknown>> & { readonly filters: readonly Readonly<Record<string, string>>[] };

async function symbolsOf({ call }: Stage): Promise<readonly Row[]> {
  const { rows } = await call('GET', '/fapi/v1/exchangeInfo');
  return rows[0]?.symbols as readonly Row[];
}

const find = (rows: readonly Row[], symbol: string): Row | undefined => rows.find(row => row.symbol === symbol);

const filter = (row: Row | undefined, type: string) => row?.filters.find(({ filterType }) => filterType === type);

describe('exchangeInfo', () => {
  it('is as large and as irregular as the real one', async () => {
    const set = stage();
    const { text } = await set.call('GET', '/fapi/v1/exchangeInfo');
    expect(text.length).toBeGreaterThan(700_000);
    const rows = await symbolsOf(set);
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(700);
    const having = (holds: (row: Row) => boolean) => rows.filter(holds).length;
    expect(having(({ status }) => status === 'TRADING')).toBeGreaterThan(500);
    expect(having(({ status }) => status === 'SETTLING')).toBeGreaterThan(80);
    expect(having(({ status }) => status === 'TRADING_HALT')).toBeGreaterThan(5);
    expect(having(({ contractType }) => contractType === 'TRADIFI_PERPETUAL')).toBeGreaterThan(100);
    expect(having(({ quoteAsset }) => quoteAsset === 'USDC')).toBeGreaterThan(20);
    const pending = rows.filter(({ status }) => status === 'PENDING_TRADING');
    expect(pending.length).toBeGreaterThan(3);
    for (const row of pending) {
      expect(filter(row, 'PRICE_FILTER')?.tickSize).toBe('0');
      expect(filter(row, 'LOT_SIZE')?.stepSize).toBe('0');
    }
    const odd = having(row => Number(filter(row, 'MARKET_LOT_SIZE')?.maxQty) > Number(filter(row, 'LOT_SIZE')?.maxQty));
    expect(odd).toBeGreaterThan(20);
  });

  it('begins with the symbols that scenarios are about, and may be as short as those', async () => {
    const [first] = await symbolsOf(stage());
    expect(first?.symbol).toBe('BTCUSDT');
    expect(await symbolsOf(stage({ symbolCount: 0 }))).toHaveLength(13);
    expect(await symbolsOf(stage({ symbolCount: 900 }))).toHaveLength(900);
  });

  it('follows a change of status, and does not change with the market', async () => {
    const set = stage();
    const before = await symbolsOf(set);
    set.exchange.setMark('BTCUSDT', '70000');
    set.account.open('ETHUSDT', '1');
    expect(await symbolsOf(set)).toEqual(before);
    set.exchange.setStatus('BTCUSDT', 'TRADING_HALT');
    expect(find(await symbolsOf(set), 'BTCUSDT')?.status).toBe('TRADING_HALT');
    set.exchange.setStatus('BTCUSDT', 'TRADING');
    expect(await symbolsOf(set)).toEqual(before);
  });

  it('can be wrong about what the exchange takes', async () => {
    const set = stage();
    set.exchange.addSymbol({
      symbol: 'LIEUSDT',
      markPrice: '10',
      marketMaxQuantity: '60',
      documented: { marketMaxQuantity: '120', tickSize: '0', status: 'TRADING_HALT' },
    });
    const row = find(await symbolsOf(set), 'LIEUSDT');
    expect(filter(row, 'MARKET_LOT_SIZE')?.maxQty).toBe('120');
    expect(filter(row, 'PRICE_FILTER')?.tickSize).toBe('0');
    expect(row?.status).toBe('TRADING_HALT');
    set.account.open('LIEUSDT', '100');
    const close = { symbol: 'LIEUSDT', side: 'SELL', reduceOnly: 'true' };
    expect((await set.order({ ...close, quantity: '60.1' })).code).toBe(-4005);
    expect((await set.order({ ...close, quantity: '60' })).status).toBe(200);
  });

  it('can keep a filter, or a whole symbol, to itself', async () => {
    const set = stage();
    set.exchange.changeSymbol('BTCUSDT', { documented: { without: ['MARKET_LOT_SIZE', 'PERCENT_PRICE'] } });
    set.exchange.changeSymbol('ETHUSDT', { documented: { unlisted: true } });
    const rows = await symbolsOf(set);
    expect(find(rows, 'BTCUSDT')?.filters.map(({ filterType }) => filterType)).toEqual([
      'PRICE_FILTER',
      'LOT_SIZE',
      'MAX_NUM_ORDERS',
      'MIN_NOTIONAL',
      'POSITION_RISK_CONTROL',
    ]);
    expect(find(rows, 'ETHUSDT')).toBeUndefined();
    expect((await set.order({ symbol: 'ETHUSDT', side: 'BUY', quantity: '1' })).status).toBe(200);
  });
});

describe('a symbol whose rules change', () => {
  it('keeps its mark price, its book and its status', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '100');
    exchange.setMark('BTCUSDT', '70000');
    exchange.setBook('BTCUSDT', { bids: [{ distance: '0', quantity: '5' }] });
    exchange.changeSymbol('BTCUSDT', { marketMaxQuantity: '10' });
    const close = { symbol: 'BTCUSDT', side: 'SELL', reduceOnly: 'true' };
    expect((await order({ ...close, quantity: '11' })).code).toBe(-4005);
    await order({ ...close, quantity: '10' });
    expect(account.truth().fills).toMatchObject([{ price: '70000', quantity: '5' }]);
  });

  it('is reported when it does not exist', () => {
    expect(() => stage().exchange.changeSymbol('NOSUCHUSDT', {})).toThrow('Invalid symbol.');
  });
});

describe('a symbol with tick and step zero', () => {
  it('has no grid, and trades', async () => {
    const { exchange, account, order } = stage();
    exchange.addSymbol({
      symbol: 'GRIDUSDT',
      markPrice: '10.37',
      tickSize: '0',
      stepSize: '0',
      quantityPrecision: 3,
      pricePrecision: 4,
    });
    account.open('GRIDUSDT', '7.777');
    const close = { symbol: 'GRIDUSDT', side: 'SELL', reduceOnly: 'true' };
    expect((await order({ ...close, quantity: '1.111' })).status).toBe(200);
    const ioc = { ...close, type: 'LIMIT', timeInForce: 'IOC', quantity: '6.666', price: '10.3701' };
    expect((await order({ ...ioc, price: '10.1234' })).status).toBe(200);
    expect(account.truth().positions).toEqual([]);
  });
});
