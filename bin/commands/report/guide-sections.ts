/**
 * The text of docs/troubleshooting.md under a heading, shortened for a self-contained report: what the error means and
 * what to do. Supports the Markdown that the guide uses: paragraphs, lists, tables, code, inline code, bold, and links,
 * which become plain text.
 */

import { html, type Markup } from '../../../lambda/views/markup.ts';

interface GuideSection {
  readonly means: Markup;
  readonly remedy: Markup;
}

/** Undefined: the guide has no such heading, or could not be read. */
export type GuideSections = (heading: string) => GuideSection | undefined;

export function guideSectionsIn(guide: string | undefined): GuideSections {
  const sections = new Map(
    (guide ?? '').split(/^## /m).map(section => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading.trim(), lines.join('\n')] as const;
    }),
  );
  return heading => {
    const section = sections.get(heading);
    if (section === undefined) return undefined;
    const means = partOf(section, 'What it means');
    const remedy = partOf(section, 'Do');
    return means === undefined || remedy === undefined ? undefined : { means: blocks(means), remedy: blocks(remedy) };
  };
}

/** From its bold name to the next bold name at the start of a line. */
function partOf(section: string, name: string): string | undefined {
  const [, text] = section.split(`**${name}.**`);
  return text?.split(/^\*\*(?:What it means|Look|Do)\.\*\*/m)[0];
}

function blocks(text: string): Markup {
  const parts = text.split(/^```.*\n([\s\S]*?)^```$/m);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<pre>${part.trimEnd()}</pre>` : prose(part)))}`;
}

/** Consecutive lines of one kind are one block; a line of neither kind continues the block before it. */
function prose(text: string): readonly Markup[] {
  const found: { readonly kind: Kind; readonly lines: string[] }[] = [];
  let open: Kind | undefined;
  for (const line of text.split('\n')) {
    const begun = kindOf(line);
    const last = found.at(-1);
    if (line.trim() === '') open = undefined;
    else if (begun === 'text' && last !== undefined && open !== undefined && open !== 'table') {
      last.lines.push(`${last.lines.pop() ?? ''} ${line.trim()}`);
    } else if (begun === open && last !== undefined) last.lines.push(line);
    else {
      found.push({ kind: begun, lines: [line] });
      open = begun;
    }
  }
  return found.map(block);
}

type Kind = 'text' | 'table' | 'bullets' | 'numbers';

function kindOf(line: string): Kind {
  if (line.startsWith('|')) return 'table';
  if (/^- /.test(line)) return 'bullets';
  return /^\d+\. /.test(line) ? 'numbers' : 'text';
}

function block({ kind, lines }: { readonly kind: Kind; readonly lines: readonly string[] }): Markup {
  const items = lines.map(line => html`<li>${inline(line.replace(/^(- |\d+\. )/, ''))}</li>`);
  switch (kind) {
    case 'table':
      return table(lines);
    case 'bullets':
      return html`<ul>${items}</ul>`;
    case 'numbers':
      return html`<ol>${items}</ol>`;
    case 'text':
      return html`<p>${inline(lines.join(' '))}</p>`;
  }
}

function table(lines: readonly string[]): Markup {
  const [head = [], , ...rows] = lines.map(line => line.split('|').slice(1, -1).map(inline));
  return html`<div class="wide"><table><thead><tr>${head.map(cell => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function inline(text: string): Markup {
  const parts = text.trim().split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]*\))/);
  return html`${parts.map(part => {
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**')) return html`<b>${part.slice(2, -2)}</b>`;
    if (part.startsWith('[')) return html`${/^\[([^\]]+)\]/.exec(part)?.[1]}`;
    return part;
  })}`;
}
