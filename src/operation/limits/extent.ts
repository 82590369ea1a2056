/** How large values are. */
export interface Extent {
  /** Lists and objects within each other. */
  readonly depth: number;
  /** Items of the longest list. */
  readonly items: number;
}

/**
 * The extent of all `values` together, level by level and without recursion. It stops as soon as
 * there is more of something than `most` says.
 */
export function extentOf(values: readonly unknown[], most: Extent): Extent {
  let [depth, items] = [0, 0];
  let level = values.filter(isContainer);
  while (level.length > 0 && depth <= most.depth && items <= most.items) {
    depth += 1;
    for (const container of level) {
      if (Array.isArray(container)) items = Math.max(items, container.length);
    }
    if (items <= most.items) level = level.flatMap((container) => containersIn(container));
  }
  return { depth, items };
}

function containersIn(container: object): readonly object[] {
  const values: readonly unknown[] = Array.isArray(container)
    ? container
    : Object.values(container);
  return values.some(isContainer) ? values.filter(isContainer) : none;
}

const none: readonly object[] = [];

/** True for lists and objects. */
export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
