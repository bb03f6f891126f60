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
