/** The steps to close an account by hand, when flatline does not try again. */

/** Each command ends with the `flags` that reach the deployment. */
export const manualSteps = (botId: string, flags: string, pages: readonly string[] = []): readonly string[] => [
  `Stop the bot ${botId}.`,
  `Binance, ${pages.length === 0 ? 'USDS-M Futures' : pages.join(' and ')}, this account: cancel its open orders except the stops, close each position at market, then cancel the stops.`,
  `Or try again: flatline liquidate --bot ${botId}${flags}`,
  `Verify: flatline liquidate --bot ${botId} --dry-run${flags} must find nothing.`,
];
