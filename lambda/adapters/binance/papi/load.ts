/** One client of the SDK serves both markets of portfolio margin; time and rules are asked of each market's own host. */

export const loadPapi = () => import('binance/lib/portfolio-client.js');
