/**
 * Prints what is new of incidents: the events since the last read, their writer, and the verdict when it changes. An item
 * may be stored after a later one; then it is printed late. Nothing is printed twice.
 */

import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import type { CommandRun } from '../terminal/cli.ts';
import type { Incident } from './incident.ts';
import { eventLines, speaks, verdictText, writerLine } from './incident-lines.ts';

/** `eventsOnly`: for a command that prints the ID and the result itself. */
export function createFollower(
  run: CommandRun<object>,
  { eventsOnly }: { readonly eventsOnly: boolean },
): { print(incident: Incident): void } {
  const followed = new Map<string, Printed>();
  return {
    print(incident) {
      const printed = followed.get(incident.correlationId) ?? newlyFollowed();
      followed.set(incident.correlationId, printed);
      const fresh = incident.events.filter(event => !printed.events.has(nameOf(event)));
      const { headline } = incident.verdict;
      const isNews = headline !== printed.verdict && headline !== 'IN PROGRESS' && !eventsOnly;
      if (!eventsOnly && (fresh.length > 0 || isNews)) sayHeading(run, incident, printed);
      sayEvents(run, incident, fresh, printed);
      if (isNews) run.print(`  ${verdictText(incident.verdict, run.paint)}`);
      printed.verdict = headline;
    },
  };
}

/** What has been printed of one incident. */
interface Printed {
  readonly events: Set<string>;
  last: IncidentEvent | undefined;
  verdict: string | undefined;
  hasHeading: boolean;
}

const newlyFollowed = (): Printed => ({ events: new Set(), last: undefined, verdict: undefined, hasHeading: false });

const nameOf = ({ writer, seq }: IncidentEvent): string => `${writer}#${seq}`;

function sayHeading(run: CommandRun<object>, { correlationId, botId }: Incident, printed: Printed): void {
  if (!printed.hasHeading) run.print(run.paint.bold(`${correlationId}  ${botId ?? ''}`));
  printed.hasHeading = true;
}

function sayEvents(
  run: CommandRun<object>,
  { events }: Incident,
  fresh: readonly IncidentEvent[],
  printed: Printed,
): void {
  const { screen } = run;
  const startMs = events[0]?.atMs ?? 0;
  for (const event of fresh) {
    printed.events.add(nameOf(event));
    if (speaks(event, printed.last)) run.print(writerLine(event, screen));
    printed.last = event;
    for (const line of eventLines(event, startMs, WIDTHS, screen)) run.print(line);
  }
}

/** Lines are printed one by one, so column widths are fixed. */
const WIDTHS = [9, 17, 8] as const;
