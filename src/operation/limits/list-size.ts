import type { Extent } from './extent.ts';
import type { Rule } from './rule.ts';

/** Items of a list in variables. */
export const listSize: Rule<Extent> = {
  limit: 'listSize',
  code: 'BAD_USER_INPUT',
  count: ({ items }) => items,
  tell: (found, most) => `A list in the variables has ${found} items, and ${most} is the most`,
};
