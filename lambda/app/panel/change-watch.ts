/** Snooze and re-arm, as the operator's tools do them. The watchdog records the change and who made it. */

import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import type { PanelFinding } from '../../views/panel/findings.ts';
import { type Press, type View, whoPressed } from '../../views/panel/panel-event.ts';
import { instant, span } from '../../views/words.ts';
import { type CommandResult, snooze } from '../operator/operator-commands.ts';
import { rearm } from '../operator/rearm.ts';
import type { PanelPorts } from './read-overview.ts';

const WRITE_MS = 4_000;
const MINUTE_MS = 60_000;

/** Returns what was done, or why nothing was. Never throws. */
export async function changeWatch(
  ports: PanelPorts,
  press: Extract<Press, { readonly press: 'snooze' | 'rearm' }>,
  view: View,
): Promise<PanelFinding> {
  try {
    return press.press === 'snooze' ? await snoozeBot(ports, press, view) : await rearmBot(ports, press, view);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'The table could not be written.';
    return { level: 'bad', headline: 'NOT CERTAIN', detail: `${why} The state of ${press.bot_id} is shown below.` };
  }
}

async function snoozeBot(
  ports: PanelPorts,
  { bot_id: botId, minutes }: Extract<Press, { readonly press: 'snooze' }>,
  view: View,
): Promise<PanelFinding> {
  const atMs = ports.clock.nowMs();
  const untilMs = atMs + minutes * MINUTE_MS;
  const reason = minutes === 0 ? 'snooze ended' : `snoozed for ${span(minutes * MINUTE_MS)}`;
  const result = await snooze(ports.bots, { botId, atMs, by: whoPressed(view), reason }, untilMs, WRITE_MS);
  if (minutes === 0)
    return findingOf(result, 'SNOOZE ENDED', `${botId} is watched again. Its deadline counts from now.`);
  return findingOf(result, 'SNOOZED', `${botId} is not watched until ${instant(untilMs, atMs)} UTC.`);
}

async function rearmBot(
  ports: PanelPorts,
  { bot_id: botId, correlation_id }: Extract<Press, { readonly press: 'rearm' }>,
  view: View,
): Promise<PanelFinding> {
  const fields = await ports.bots.read(botId, WRITE_MS);
  const row = fields && readBotRow(botId, fields);
  if (row?.state === 'tripped' && row.trip.correlationId !== correlation_id) {
    return {
      level: 'warning',
      headline: 'NOT RE-ARMED',
      detail: `${botId} was tripped again since this page was loaded. Check its account, then press again.`,
    };
  }
  const action = { botId, atMs: ports.clock.nowMs(), by: whoPressed(view), reason: 're-armed at the control panel' };
  const result = await rearm(ports, action, { timeoutMs: WRITE_MS, correlationId: correlation_id });
  const note = result.kind === 'done' && result.note !== undefined ? ` ${result.note}` : '';
  return findingOf(result, 'RE-ARMED', `${botId} is watched again. Its deadline counts from now.${note}`);
}

const findingOf = (result: CommandResult, headline: string, detail: string): PanelFinding =>
  result.kind === 'done'
    ? { level: 'good', headline, detail }
    : { level: 'warning', headline: 'NOTHING DONE', detail: result.sentence };
