/**
 * Whether the alerts reach the address of the configuration, and whether the watcher in another region would. What the
 * operator may not read, and what AWS does not say, is a remark and no problem: the daily message tells it too.
 */

import { watcherReach, whoIsReached } from '../../../lambda/app/health/health-check.ts';
import { watcherWords } from '../../../lambda/views/check-words.ts';
import type { Connection } from '../../connect/connection.ts';
import { CliError } from '../../terminal/exit.ts';
import { STORE_MS } from '../../terminal/waiting.ts';

export interface RecipientFindings {
  /** Sentences. */
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
}

const NOTHING: RecipientFindings = { wrong: [], unknown: [] };

export async function checkAlertRecipients({ settings, subscribers }: Connection): Promise<RecipientFindings> {
  const { email } = settings.alerts;
  if (subscribers === undefined || email === undefined) return NOTHING;
  try {
    const asked = await subscribers();
    if (asked === undefined) return NOTHING;
    const [alerts = [], watcher] = await Promise.all([
      asked.alerts.list(STORE_MS),
      asked.watcher && watcherReach(asked.watcher.subscriptions, email, STORE_MS),
    ]);
    const { confirmed, isMailGone } = whoIsReached(alerts, email);
    const words = watcherWords(watcher, asked.watcher?.region);
    return {
      wrong: [
        ...(confirmed > 0 ? [] : [`no alert arrives by mail: ${email} ${isMailGone ? GONE : PENDING}`]),
        ...(watcher === 'unknown' ? [] : words),
      ],
      unknown: watcher === 'unknown' ? words : [],
    };
  } catch (error) {
    const why = error instanceof CliError ? error.message : error instanceof Error ? error.name : 'unknown error';
    return { wrong: [], unknown: [`who is subscribed to the alerts could not be checked: ${why}`] };
  }
}

const GONE = 'is not subscribed (docs/troubleshooting.md, "The daily message is missing")';
const PENDING = 'has not confirmed; open the confirmation mail from AWS';
