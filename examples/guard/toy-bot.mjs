// A bot that does not trade, to try the guard. It ends a cycle each TOY_CYCLE_MS, and shows after each that it works.
// TOY_HANG_AFTER: it hangs after so many cycles.
import { closeSync, openSync, utimesSync } from 'node:fs';

const { FLATLINE_ALIVE_FILE: file, FLATLINE_ALIVE_URL: url, TOY_CYCLE_MS = '1000', TOY_HANG_AFTER = '' } = process.env;
let cycles = 0;

console.log('toy bot: trading');
process.on('SIGTERM', () => {
  console.log('toy bot: SIGTERM, goodbye');
  process.exit(0);
});

setInterval(async () => {
  if (TOY_HANG_AFTER !== '' && cycles >= Number(TOY_HANG_AFTER)) return;
  cycles += 1;
  // Read the market, decide, send orders; then prove it.
  if (file) {
    closeSync(openSync(file, 'a'));
    utimesSync(file, new Date(), new Date());
  }
  if (url) await fetch(url).catch(() => undefined);
}, Number(TOY_CYCLE_MS));
