// A bot on the `binance` package, under the guard, as in ../node-ccxt. It proves its work by a request, not by a file:
//
//   flatline guard --bot alpha --alive-port 0 -- node bot.mjs

import { USDMClient } from 'binance';

const { API_KEY: api_key, API_SECRET: api_secret, EXCHANGE_URL: baseUrl, FLATLINE_ALIVE_URL } = process.env;
const client = new USDMClient({ api_key, api_secret, ...(baseUrl ? { baseUrl } : {}) });
const symbol = 'ETHUSDT';

const { price } = await client.getSymbolPriceTicker({ symbol });
const at = level => (Number(price) * level).toFixed(2);
await client.submitNewOrder({ symbol, side: 'SELL', type: 'MARKET', quantity: 0.5 });
await client.submitNewOrder({ symbol, side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.5, price: at(1.1) });
console.log('trading');

for (;;) {
  await client.getPositionsV3({ symbol });
  await fetch(FLATLINE_ALIVE_URL);
  await new Promise(resolve => setTimeout(resolve, 500));
}
