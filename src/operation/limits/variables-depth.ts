import type { Extent } from './extent.ts';
import type { Rule } from './rule.ts';

/** Lists and objects within each other in variables: what writes them out calls itself for each. */
export const variablesDepth: Rule<Extent> = {
  limit: 'variablesDepth',
  code: 'BAD_USER_INPUT',
  count: (extent) => extent.depth,
  // Counting ends there.
  tell: (_, most) => `The variables are nested more than ${most} levels deep`,
};
