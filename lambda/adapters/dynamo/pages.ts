/** The pages of a query or scan. DynamoDB returns at most 1 MB at once, and the key to go on from. */

import type { Item } from './attributes.ts';

type AskPage = (
  from: Item | undefined,
) => Promise<{ readonly Items?: readonly Item[] | undefined; readonly LastEvaluatedKey?: Item | undefined }>;

export async function* pagesOf(ask: AskPage): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined;
  do {
    const page = await ask(from);
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

export async function allItems(ask: AskPage): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pagesOf(ask)) items.push(...page);
  return items;
}
