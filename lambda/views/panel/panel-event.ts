/**
 * Parses the event that CloudWatch calls the control panel with. A button sends its own JSON at the top level, and the
 * dashboard adds `widgetContext` (Amazon CloudWatch, "Details about custom widgets"). An event that is not exactly one
 * of the presses below changes nothing and is answered with the reason.
 */

import * as z from 'zod/mini';
import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN, REASON_MAX_CHARS } from '../../contract.ts';
import { shownJson, shownText } from '../../core/config/shown-value.ts';
import { fieldsOf, isObject } from '../../core/text/fields.ts';

/** Minutes of the snooze buttons; 0 ends a snooze. */
export const SNOOZES = [30, 120, 480] as const;

/** What the dashboard reports about itself. */
export interface View {
  /** Undefined: the call did not come from a dashboard. */
  readonly dashboard: string | undefined;
  readonly theme: 'light' | 'dark';
  /** Of the visible area, in pixels. */
  readonly widthPx: number;
  /** The values of the widget's fields. */
  readonly typed: { readonly botName: string; readonly reason: string };
}

type PanelReading =
  | { readonly kind: 'describe' }
  | { readonly kind: 'press'; readonly press: Press; readonly view: View }
  | { readonly kind: 'refused'; readonly problem: string; readonly view: View };

/** Names of the form's fields. */
export const FIELDS = { botName: 'flatline_bot_name', reason: 'flatline_reason' } as const;

const botId = z.string().check(z.regex(BOT_ID_PATTERN));
const correlationId = z.string().check(z.regex(CORRELATION_ID_PATTERN));

const PRESSES = {
  overview: z.strictObject({ press: z.literal('overview') }),
  bot: z.strictObject({ press: z.literal('bot'), bot_id: botId }),
  preflight: z.strictObject({ press: z.literal('preflight'), bot_id: botId }),
  dry_run: z.strictObject({ press: z.literal('dry_run'), bot_id: botId }),
  plan: z.strictObject({ press: z.literal('plan'), bot_id: botId }),
  snooze: z.strictObject({ press: z.literal('snooze'), bot_id: botId, minutes: z.literal([0, ...SNOOZES]) }),
  /** With the ID of the incident that tripped the bot, as the page showed it: a later trip is not re-armed by it. */
  rearm: z.strictObject({ press: z.literal('rearm'), bot_id: botId, correlation_id: z.optional(correlationId) }),
  /** The ID was made with the page that showed the plan, so it acts once, however often it is pressed. */
  liquidate: z.strictObject({ press: z.literal('liquidate'), bot_id: botId, correlation_id: correlationId }),
} as const;

export type Press = z.infer<(typeof PRESSES)[keyof typeof PRESSES]>;

/** The presses that only read. They may come from anywhere, not only from a dashboard. */
const HARMLESS: readonly string[] = ['overview', 'bot'];

/** Accepts any event that Lambda was invoked with. Never throws. */
export function readPanelEvent(event: unknown): PanelReading {
  const fields = isObject(event) ? event : undefined;
  const view = readView(fields?.widgetContext);
  const refused = (problem: string): PanelReading => ({ kind: 'refused', problem, view });
  if (fields === undefined) return refused('The event is not a JSON object.');
  const { widgetContext: _, describe, ...own } = fields;
  if (describe === true) return { kind: 'describe' };
  if (describe !== undefined) return refused('describe must be true, or be left out.');
  const name = Object.hasOwn(own, 'press') ? own.press : 'overview';
  if (typeof name !== 'string' || !Object.hasOwn(PRESSES, name)) {
    return refused(`${shownJson(name)} is not a button of this panel.`);
  }
  const reading = PRESSES[name as Press['press']].safeParse({ ...own, press: name });
  if (!reading.success) return refused(problemOf(reading.error.issues, own));
  if (view.dashboard === undefined && !HARMLESS.includes(name)) {
    return refused(
      'The event did not come from a dashboard. To liquidate without one, invoke the liquidator function.',
    );
  }
  return { kind: 'press', press: reading.data, view };
}

function problemOf([issue]: readonly z.core.$ZodIssue[], own: Readonly<Record<string, unknown>>): string {
  if (issue?.code === 'unrecognized_keys')
    return `${issue.keys.map(shownText).join(', ')} does not belong to this button.`;
  const key = String(issue?.path[0] ?? 'press');
  return own[key] === undefined ? `${key} is missing.` : `${key} ${shownJson(own[key])} is not valid.`;
}

const USUAL_WIDTH_PX = 1_400;

/** No decision depends on it, so an invalid value gives the default. */
function readView(context: unknown): View {
  const { dashboardName, theme, width, forms } = fieldsOf(context);
  const all = fieldsOf(fieldsOf(forms).all);
  const typed = (field: string): string => {
    const text = Object.hasOwn(all, field) ? all[field] : undefined;
    return typeof text === 'string' ? text.trim().slice(0, REASON_MAX_CHARS).toWellFormed() : '';
  };
  return {
    dashboard: typeof dashboardName === 'string' && dashboardName !== '' ? shownText(dashboardName) : undefined,
    theme: theme === 'dark' ? 'dark' : 'light',
    widthPx: typeof width === 'number' && width > 0 ? width : USUAL_WIDTH_PX,
    typed: { botName: typed(FIELDS.botName), reason: typed(FIELDS.reason) },
  };
}

/** For the audit log. AWS passes the account and the dashboard to a widget's function, never the person. */
export const whoPressed = ({ dashboard }: View): string => `control panel (dashboard ${dashboard ?? 'unknown'})`;
