import { checkWhole } from './refusal.ts';

/** The most items that one list answers with. */
export const mostPerPage = 100;

/** The first `count` of `items`. Refuses a count below 0 or above 100. */
export function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  checkWhole('first', count, 0, mostPerPage);
  const page: Item[] = [];
  for (const item of items) {
    if (page.length === count) break;
    page.push(item);
  }
  return page;
}
