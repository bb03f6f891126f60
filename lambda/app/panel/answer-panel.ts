/**
 * One call of the control panel, from the widget's event to HTML. Never throws: a page that says what failed still has the
 * liquidate button.
 *
 *   event ─ read ─┬─ describe ───────────────▶ Markdown
 *                 ├─ refused ────────────────▶ the overview, and why nothing was done
 *                 ├─ overview, bot ──────────▶ read only
 *                 ├─ preflight, dry run ─────▶ call the liquidator, show its answer
 *                 ├─ snooze, re-arm ─────────▶ one conditional write, then the bot
 *                 └─ plan ─▶ name typed ─────▶ liquidate
 */

import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import { dryRunPopup, preflightPopup } from '../../views/panel/answer-page.ts';
import { botPage } from '../../views/panel/bot-page.ts';
import type { PanelFinding } from '../../views/panel/findings.ts';
import { overviewPage } from '../../views/panel/overview-page.ts';
import { DESCRIPTION, type Frame } from '../../views/panel/page.ts';
import { type Press, readPanelEvent, type View, whoPressed } from '../../views/panel/panel-event.ts';
import { changeWatch } from './change-watch.ts';
import { askForDryRun, pressLiquidate, showPlan } from './press-liquidate.ts';
import { accountsOf, type PanelPorts, readBotDetails, readOverview } from './read-overview.ts';

interface PanelCall {
  /** The panel's own function, for its buttons: ARN or name. */
  readonly endpoint: string;
  /** What Lambda's timeout leaves. */
  readonly remainingMs: number;
}

/** Time reserved to write the answer. */
const LANDING_MS = 2_000;

export async function answerPanel(
  ports: PanelPorts,
  config: EffectiveSettings,
  event: unknown,
  { endpoint, remainingMs }: PanelCall,
): Promise<string> {
  const reading = readPanelEvent(event);
  if (reading.kind === 'describe') return DESCRIPTION;
  const { view } = reading;
  const { docsUrl } = config.settings.alerts;
  const frame: Frame = { view, endpoint, nowMs: ports.clock.nowMs(), version: ports.version, docsUrl };
  try {
    if (reading.kind === 'refused') {
      ports.telemetry.log('WARN', 'A panel request was refused; nothing was done', { problem: reading.problem });
      return await overview(ports, config, frame, {
        level: 'warning',
        headline: 'NOTHING DONE',
        detail: `The event was not understood. ${reading.problem}`,
      });
    }
    logPress(ports, reading.press, view);
    return await carryOut(ports, config, frame, reading.press, remainingMs - LANDING_MS);
  } catch (error) {
    ports.telemetry.log('ERROR', 'The control panel failed unexpectedly', { error });
    return unforeseen(frame, config);
  }
}

function logPress(ports: PanelPorts, press: Press, view: View): void {
  if (press.press === 'overview' || press.press === 'bot') return;
  ports.telemetry.log('INFO', 'panel_pressed', { ...press, by: whoPressed(view) });
}

async function carryOut(
  ports: PanelPorts,
  config: EffectiveSettings,
  frame: Frame,
  press: Press,
  timeoutMs: number,
): Promise<string> {
  switch (press.press) {
    case 'overview':
      return overview(ports, config, frame);
    case 'bot':
      return bot(ports, config, frame, press.bot_id);
    case 'preflight': {
      const event = { action: 'preflight', bot_id: press.bot_id };
      return preflightPopup(frame, press.bot_id, await ports.liquidator.call(event, timeoutMs));
    }
    case 'dry_run':
      return dryRunPopup(frame, press.bot_id, await askForDryRun(ports, press.bot_id, frame.view, timeoutMs));
    case 'plan':
      return showPlan(ports, frame, press.bot_id, timeoutMs);
    case 'liquidate':
      return pressLiquidate(ports, frame, press, timeoutMs);
    case 'snooze':
    case 'rearm':
      return bot(ports, config, frame, press.bot_id, await changeWatch(ports, press, frame.view));
  }
}

async function overview(
  ports: PanelPorts,
  config: EffectiveSettings,
  frame: Frame,
  notice?: PanelFinding,
): Promise<string> {
  return overviewPage(frame, await readOverview(ports, config, frame.nowMs), notice);
}

/** Read after the change, so that the page shows it. */
async function bot(
  ports: PanelPorts,
  config: EffectiveSettings,
  frame: Frame,
  botId: string,
  notice?: PanelFinding,
): Promise<string> {
  const nowMs = ports.clock.nowMs();
  return botPage({ ...frame, nowMs }, await readBotDetails(ports, config, botId, nowMs), notice);
}

function unforeseen(frame: Frame, config: EffectiveSettings): string {
  const unread = { kind: 'unread', why: 'The control panel itself failed: its log says how.' } as const;
  const configured = accountsOf(config);
  return overviewPage(frame, {
    ...{ nowMs: frame.nowMs, configured, canary: undefined, bots: unread, recent: unread, unfinished: unread },
    ...{ tickedAtMs: unread, preflights: unread, protection: unread },
  });
}
