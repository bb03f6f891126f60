/** Whether every symbol that was named was there: one that was not is more likely a typing error than a flat account. */

import type { Answer } from '../../lambda/contract.ts';

export const isSeen = (answer: Answer | undefined): boolean =>
  answer === undefined || !answer.warnings.some(({ code }) => code === 'SYMBOL_NOT_SEEN');
