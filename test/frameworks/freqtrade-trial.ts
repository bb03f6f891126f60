/** What turns a live configuration of freqtrade into one of the simulated exchange: only where its client of Binance calls. */

export function trialConfig(exchangeUrl: string): string {
  const api = (prefix: string, versions: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      versions.map(version => [version === '1' ? prefix : `${prefix}V${version}`, `${exchangeUrl}/fapi/v${version}`]),
    );
  const urls = {
    api: {
      ...api('fapiPublic', ['1', '2', '3']),
      ...api('fapiPrivate', ['1', '2', '3']),
      ...{ sapi: `${exchangeUrl}/sapi/v1`, public: `${exchangeUrl}/api/v3`, private: `${exchangeUrl}/api/v3` },
    },
  };
  const options = { fetchCurrencies: false, fetchMargins: false, fetchMarkets: { types: ['linear'] } };
  return JSON.stringify({ exchange: { ccxt_config: { urls, options } } }, null, 2);
}
