/** The frame of every page: style, notice, content; and the elements that several pages share. */

import { html, Markup } from '../markup.ts';
import type { PanelFinding } from './findings.ts';
import type { View } from './panel-event.ts';
import { PHONE_STYLE, styleSheet } from './style.ts';

/** What every page needs besides its content. */
export interface Frame {
  readonly view: View;
  /** The function that the buttons call: this one. */
  readonly endpoint: string;
  readonly nowMs: number;
  /** `alerts.docs_url`. */
  readonly docsUrl?: string | undefined;
  /** The deployed version of flatline. */
  readonly version?: string | undefined;
}

export function page({ view }: Frame, ...content: readonly (Markup | undefined)[]): string {
  const style = new Markup(`<style>${styleSheet(view)}${isPhone({ view }) ? PHONE_STYLE : ''}</style>`);
  return html`<div class="cwdb-no-default-styles"></div>${style}<div class="fl">${content}</div>`.toString();
}

/** A coloured block; `small` for a second one. */
export function banner({ level, headline, detail }: PanelFinding, size: 'large' | 'small' = 'large'): Markup {
  const classes = `fl-tone fl-${level}${size === 'small' ? ' fl-small' : ''}`;
  return html`<div class="${classes}" role="status"><h1>${headline}</h1><p>${detail}</p></div>`;
}

/** Below this width the columns are below each other, and rows have fewer buttons. */
const NARROW_PX = 980;

/** A phone, or half a dashboard: everything in one column, with larger buttons. */
const PHONE_PX = 720;

export const isPhone = ({ view }: { readonly view: Pick<View, 'widthPx'> }): boolean => view.widthPx < PHONE_PX;

export const isNarrow = ({ view }: Frame): boolean => view.widthPx < NARROW_PX;

/** What the console shows in the widget's editor: Markdown. */
export const DESCRIPTION = `## flatline control panel

Shows which bots are alive, what was liquidated and what is not flat yet, and has the buttons for an emergency:
**Preflight** and **Dry run** (both change nothing), **Snooze**, **Re-arm** and **LIQUIDATE**.

LIQUIDATE shows the plan first, asks for the bot's name, and asks for a confirmation.

### Who may press

A person who opens the dashboard calls this function with their own permissions. It needs \`lambda:InvokeFunction\` on this
function, and that permission allows every button. Without it the widget shows an error, and the rest of the dashboard
works. AWS does not pass the person to the function: the audit log records "control panel" and the dashboard's name.
CloudTrail can record the person (data events of Lambda).

Do not share the dashboard publicly: shared dashboards call this function for everybody who has the link, if they are
allowed to.

### Widget parameters

None. An event that is not one of its own buttons changes nothing.
`;
