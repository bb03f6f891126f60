// A bot in plain JavaScript, and all that it needs of flatline. Variables: FLATLINE_BOTS_TABLE and FLATLINE_LIQUIDATOR
// (outputs of the stack), AWS_REGION, and credentials of a role that has the bot's policy.
import { createFlatline } from 'flatline-client';

const flatline = createFlatline({ botId: process.env.BOT_ID ?? 'default', provenWithinMs: 60_000 });

let mayTrade = true;
flatline.onTripped(() => {
  mayTrade = false;
});
flatline.handleSignals({
  before: () => {
    mayTrade = false;
  },
});

// The first beat arms the watch. A bot that nobody watches had better not trade.
const first = await flatline.start();
if (first.kind !== 'taken') {
  console.error(`not watched (${first.kind}), so not trading`);
  process.exit(1);
}

console.log('trading');
setInterval(() => {
  if (!mayTrade) return;
  tradeOnce();
  flatline.alive();
}, 1_000);

function tradeOnce() {
  // Look at the market, decide, send orders.
}
