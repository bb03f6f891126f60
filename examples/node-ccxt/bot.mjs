// A bot on ccxt, under the guard: it buys a little, leaves a stop and a limit order, and touches the alive file after each
// read of its account. flatline needs one line of it.
//
//   flatline guard --bot alpha --alive-file alive -- node bot.mjs
//
// Variables: API_KEY and API_SECRET, the bot's own key (flatline has another key of the same account); EXCHANGE_URL, for a
// test against the simulated exchange.

import { utimesSync, writeFileSync } from 'node:fs';
import ccxt from 'ccxt';

const exchange = new ccxt.binanceusdm({ apiKey: process.env.API_KEY, secret: process.env.API_SECRET });
if (process.env.EXCHANGE_URL) {
  for (const [name, address] of Object.entries(exchange.urls.api)) {
    exchange.urls.api[name] = address.replace(/^https:\/\/[^/]+/, process.env.EXCHANGE_URL);
  }
  Object.assign(exchange.options, { fetchCurrencies: false, fetchMargins: false });
}
const symbol = 'BTC/USDT:USDT';
const amount = 0.01;

await exchange.loadMarkets();
const { last } = await exchange.fetchTicker(symbol);
await exchange.createOrder(symbol, 'market', 'buy', amount);
const price = level => exchange.priceToPrecision(symbol, last * level);
await exchange.createOrder(symbol, 'limit', 'buy', amount, price(0.9));
await exchange.createOrder(symbol, 'market', 'sell', amount, undefined, { stopLossPrice: price(0.8) });
console.log('trading');

writeFileSync('alive', '');
for (;;) {
  await exchange.fetchPositions([symbol]);
  // The proof of work: the cycle is over.
  utimesSync('alive', new Date(), new Date());
  await new Promise(resolve => setTimeout(resolve, 500));
}
