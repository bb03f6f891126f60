// A bot in plain JavaScript with flatline. Variables: FLATLINE_BOTS_TABLE and FLATLINE_LIQUIDATOR
// (outputs of the stack), AWS_REGION, and credentials of a role that has the bot's policy.
import { createFlatline } from 'flatline-client';

const flatline = createFlatline({ botId: process.env.BOT_ID ?? 'default', provenWithinMs: 60_000 });

let isEnding = false;
flatline.handleSignals({
  before: () => {
    isEnding = true;
  },
});

// The first heartbeat arms the watch. A bot that is not watched must not trade: no heartbeat could be stored, the bot is not
// configured, it was liquidated, or another run of it sends heartbeats.
const first = await flatline.start();
if (first.kind !== 'taken') {
  console.error(`not watched (${first.kind}), so not trading`);
  process.exit(1);
}

console.log('trading');
setInterval(() => {
  // The proof of work; true if the bot may trade.
  const mayTrade = flatline.alive();
  if (mayTrade && !isEnding) tradeOnce();
}, 1_000);

function tradeOnce() {
  // Read the market, decide, send orders.
}
