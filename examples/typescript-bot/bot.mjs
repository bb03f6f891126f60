// A bot in plain JavaScript, and all that it needs of flatline. Variables: FLATLINE_BOTS_TABLE and FLATLINE_LIQUIDATOR
// (outputs of the stack), AWS_REGION, and credentials of a role that has the bot's policy.
import { createFlatline } from 'flatline-client';

const flatline = createFlatline({ botId: process.env.BOT_ID ?? 'default', provenWithinMs: 60_000 });

let isEnding = false;
flatline.handleSignals({
  before: () => {
    isEnding = true;
  },
});

// The first beat arms the watch. A bot that nobody watches must not trade: no beat could be stored, the configuration does
// not know the bot, it was liquidated, or another run of it beats.
const first = await flatline.start();
if (first.kind !== 'taken') {
  console.error(`not watched (${first.kind}), so not trading`);
  process.exit(1);
}

console.log('trading');
setInterval(() => {
  // Work goes on, so this is its proof; what it gives says whether orders may be sent.
  const mayTrade = flatline.alive();
  if (mayTrade && !isEnding) tradeOnce();
}, 1_000);

function tradeOnce() {
  // Look at the market, decide, send orders.
}
