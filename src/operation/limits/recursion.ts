import type { Rule } from './rule.ts';
import type { Scan } from './scan.ts';

/** Brackets within brackets: what reads a document calls itself for each. */
export const recursion: Rule<Scan> = {
  limit: 'recursion',
  code: 'GRAPHQL_PARSE_FAILED',
  count: (scan) => scan.recursion,
  tell: () => 'The document is nested too deeply',
};
