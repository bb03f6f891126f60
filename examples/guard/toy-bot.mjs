// A bot that trades nothing, to try the guard with: a cycle each TOY_CYCLE_MS, and after each its proof of work, in the way
// the guard asks for. TOY_HANG_AFTER: after so many cycles it hangs, alive and useless.
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
  // Look at the market, decide, send orders; then say so.
  if (file) {
    closeSync(openSync(file, 'a'));
    utimesSync(file, new Date(), new Date());
  }
  if (url) await fetch(url).catch(() => undefined);
}, Number(TOY_CYCLE_MS));
