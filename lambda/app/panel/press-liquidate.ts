/**
 * The way to LIQUIDATE: the plan, the bot's name, the call. The correlation ID is made with the plan and is in the button, so
 * that pressing twice acts once. The button of an old page shows a new plan and does nothing else.
 */

import { REASON_MAX_CHARS } from '../../contract.ts';
import { shownText } from '../../core/config/shown-value.ts';
import type { CallOutcome } from '../../core/invocation/call-outcome.ts';
import { correlationId } from '../../core/invocation/identity.ts';
import { liquidatedPage } from '../../views/panel/answer-page.ts';
import type { PanelFinding } from '../../views/panel/findings.ts';
import { liquidatePage } from '../../views/panel/liquidate-page.ts';
import type { Frame } from '../../views/panel/page.ts';
import { type Press, type View, whoPressed } from '../../views/panel/panel-event.ts';
import { span } from '../../views/words.ts';
import type { PanelPorts } from './read-overview.ts';

/** An older plan is outdated. */
const PLAN_HOLDS_MS = 10 * 60_000;
const CLOCKS_DIFFER_MS = 60_000;
const QUEUE_MS = 3_000;

export function askForDryRun(ports: PanelPorts, botId: string, view: View, timeoutMs: number): Promise<CallOutcome> {
  const event = { trigger: 'manual', bot_id: botId, dry_run: true, reason: whoPressed(view) };
  return ports.liquidator.call(event, timeoutMs);
}

/** The page with the plan. `notice`: why the button before did nothing. */
export async function showPlan(
  ports: PanelPorts,
  frame: Frame,
  botId: string,
  timeoutMs: number,
  notice?: PanelFinding,
): Promise<string> {
  const plan = await askForDryRun(ports, botId, frame.view, timeoutMs);
  const id = correlationId(ports.clock.nowMs(), ports.random.hex(16));
  return liquidatePage(frame, { botId, correlationId: id, plan }, notice);
}

export async function pressLiquidate(
  ports: PanelPorts,
  frame: Frame,
  { bot_id: botId, correlation_id: id }: Extract<Press, { readonly press: 'liquidate' }>,
  timeoutMs: number,
): Promise<string> {
  const { view, nowMs } = frame;
  const { botName, reason } = view.typed;
  const again = async (detail: string): Promise<string> => {
    const running = await atWork(ports, botId, nowMs);
    const headline =
      running === undefined ? 'NOTHING DONE' : 'NOTHING DONE BY THIS PRESS, BUT A LIQUIDATION IS AT WORK';
    const more = running === undefined ? '' : ` ${running} is at work on the account of ${botId}: see the overview.`;
    return showPlan(ports, frame, botId, timeoutMs, { level: 'warning', headline, detail: `${detail}${more}` });
  };
  if (botName !== botId) {
    const typed = botName === '' ? 'No name was typed' : `“${shownText(botName)}” was typed`;
    return again(`${typed}, and the bot’s name is “${botId}”.`);
  }
  const ageMs = nowMs - madeAtMs(id);
  if (!(ageMs >= -CLOCKS_DIFFER_MS && ageMs <= PLAN_HOLDS_MS)) {
    return again(`That plan was made ${span(ageMs)} ago; here is the one of now.`);
  }
  const why = `${whoPressed(view)}${reason === '' ? '' : `: ${reason}`}`.slice(0, REASON_MAX_CHARS).toWellFormed();
  const event = { trigger: 'manual', bot_id: botId, correlation_id: id, reason: why };
  const outcome = await ports.liquidator.call(event, timeoutMs);
  const queued = outcome.kind === 'not-taken' ? await queue(ports, event) : undefined;
  return liquidatedPage(frame, { botId, correlationId: id, outcome, queued });
}

/** The bot's unfinished liquidation; undefined if there is none, or it is not known. */
async function atWork({ unfinished }: PanelPorts, botId: string, nowMs: number): Promise<string | undefined> {
  try {
    const runs = await unfinished.due(nowMs + FAR_MS, MOST_UNFINISHED, UNFINISHED_MS);
    return runs.find(run => run.botId === botId)?.correlationId;
  } catch {
    return undefined;
  }
}

const UNFINISHED_MS = 1_500;
const MOST_UNFINISHED = 25;
/** Runs that wait for their time are unfinished too. */
const FAR_MS = 7 * 86_400_000;

/** Lambda's queue may accept an event when the synchronous call is refused. */
async function queue(ports: PanelPorts, event: Readonly<Record<string, unknown>>): Promise<boolean> {
  try {
    await ports.invoker.invokeLater(event, QUEUE_MS);
    return true;
  } catch {
    return false;
  }
}

/** The instant in a correlation ID, `liq_YYYYMMDD_HHMMSS_…`. */
function madeAtMs(id: string): number {
  const [, year, month, day, hour, minute, second] = /^liq_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_/.exec(id) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
