/**
 * The attributes that a bot may write in its own row: each attribute that a client's write names, and the key. The
 * attributes of a trip are not among them, so no bot can end its own trip (core/heartbeat/read-bot-row.ts).
 */

import { BOT_WRITES } from '../lambda/bot-row.ts';
import { TABLE_KEYS } from '../lambda/contract.ts';

/** Amazon DynamoDB, "Expressions": functions in lower case. */
const EXPRESSION_WORDS: ReadonlySet<string> = new Set(['attribute_exists', 'attribute_not_exists', 'if_not_exists']);

export const CLIENT_ATTRIBUTES: readonly string[] = [
  TABLE_KEYS.bots.partition,
  ...new Set(
    Object.values(BOT_WRITES)
      .flatMap(({ update, condition }) => `${update} ${condition}`.match(/(?<![:\w])[a-z][a-z0-9_]*/g) ?? [])
      .filter(word => !EXPRESSION_WORDS.has(word) && word !== TABLE_KEYS.bots.partition),
  ),
].toSorted();
