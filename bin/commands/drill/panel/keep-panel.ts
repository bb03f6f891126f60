/**
 * `flatline drill --panel`: the control panel in a browser, over a served cloud, until Ctrl-C. The commands with --local
 * reach the same cloud. Whichever way it ends, short of SIGKILL, its file and its processes go with it.
 */

import type { Run } from '../../../terminal/cli.ts';
import type { ExitCode } from '../../../terminal/exit.ts';
import { keepUp } from '../served/keep-up.ts';
import type { ServedOptions } from '../served/served-cloud.ts';
import { type ServedPanel, servePanel } from './serve-panel.ts';

const USUAL_PORT = 7_475;

/** `words` are the drill's own, without --panel. */
export function keepPanel(run: Run<object>, words: readonly string[]): Promise<ExitCode> {
  return keepUp(run, words, {
    remedy: 'end it first.',
    start: onUsualPort,
    welcome: ({ url }) => {
      run.say(run.paint.bold(`The control panel is at ${url}/ . Ctrl-C ends it.`));
      run.say('Three bots with an account each; two beat, as long as their boxes are ticked.');
      run.say('LIQUIDATE there flattens the simulated account. What happens at the exchange:');
      return undefined;
    },
  });
}

/** The same port each time; another one where it is taken. The token in the address is new each time. */
async function onUsualPort(options: ServedOptions): Promise<ServedPanel> {
  try {
    return await servePanel({ ...options, port: USUAL_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return servePanel(options);
  }
}
