/** What must hold of every schedule, by name; each is the title of one property. */

export const RULES = {
  safe: 'no order of ours opens, enlarges or flips a position, in one-way and in hedge mode',
  name: 'no order is sent again under the name of one that was executed, and no two have the same name',
  size: 'the orders of one position never add up to more than the last read showed',
  unread: 'no order follows one that may have been executed without a read of the positions in between',
  wait: 'nothing is sent before a requested wait is over',
  alone: 'after a refusal by rate one request is on its way at a time, until one passes',
  pace: 'the same request is never repeated in a hot loop',
  idle: 'no two decisions follow one another for long without an event and without time moving',
  scope: 'nothing is touched that is to be left alone',
  stops: 'the stops of a position that is still open stay',
  deadline: 'every attempt ends by its deadline, and no timer is later',
  weight: 'the weight used in a minute stays within the limit',
  flat: 'FLAT is never said of an account that a read or an entry of its lists showed open',
  end: 'an account whose faults end becomes flat, and stays flat after the read that confirms',
  calm: 'without faults the first attempt ends flat, with one order for each position',
  lists:
    'without faults the lists of 40 are read for the first plan, after cancels, and for the two reads of the proof',
} as const;

export type Rule = keyof typeof RULES;

export interface Violation {
  readonly rule: Rule;
  readonly says: string;
}
