/**
 * A button of the panel: an element, and the `<cwdb-action>` that CloudWatch binds to the element right before it
 * (Amazon CloudWatch, "Interactivity in the custom widget"). `<button>`, because a link without an address cannot be
 * reached by the keyboard, and one with an address would leave the dashboard.
 */

import { html, Markup } from '../markup.ts';
import type { Press } from './panel-event.ts';

interface ButtonOptions {
  readonly label: string;
  readonly press: Press;
  /** The function to call: this one, as Lambda names it. */
  readonly endpoint: string;
  /** `popup` for a result that is only read; otherwise the page itself is replaced. */
  readonly display?: 'widget' | 'popup';
  /** CloudWatch asks this first, and does nothing on Cancel. */
  readonly confirmation?: string | undefined;
  readonly tone?: 'plain' | 'primary' | 'danger';
  /** For the tooltip and for screen readers: which bot the button is about. */
  readonly title: string;
}

export function button(options: ButtonOptions): Markup {
  const { label, press, endpoint, display = 'widget', confirmation, tone = 'plain', title } = options;
  const ask = confirmation === undefined ? undefined : html` confirmation="${confirmation}"`;
  return html`<button type="button" class="fl-btn fl-${tone}" title="${title}" aria-label="${title}">${label}</button><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${ask}>${jsonInHtml(press)}</cwdb-action>`;
}

/** JSON that reads the same whether its host takes an element's text or its HTML: no character of it needs escaping. */
const jsonInHtml = (value: object): Markup =>
  new Markup(JSON.stringify(value).replace(/[<>&]/g, char => `\\u00${char.charCodeAt(0).toString(16)}`));
