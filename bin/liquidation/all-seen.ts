/** Whether every named symbol was found: a missing one is more likely a typing error than a flat account. */

import type { Answer } from '../../lambda/contract.ts';

export const isSeen = (answer: Answer | undefined): boolean =>
  answer === undefined || !answer.warnings.some(({ code }) => code === 'SYMBOL_NOT_SEEN');
