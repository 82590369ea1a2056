import type { Random } from './algorithm.ts';
import { fraction } from './hash.ts';

/** Which calls go to a group of targets: those with a value, or a share of all. */
export interface SplitRule<Request> {
  readonly group: string;
  /** What a call must have to go there; undefined for a share of all calls. */
  readonly matches?: (request: Request) => boolean;
  /** From 0 to 1. Default 1. */
  readonly share?: number;
  /** What stays in the same group as long as the share does not shrink. Default: each call by itself. */
  readonly stickyBy?: (request: Request) => string | undefined;
}

/** The group of the first rule that takes the call; undefined for the targets without a group. */
export function groupFor<Request>(
  rules: readonly SplitRule<Request>[],
  request: Request,
  random: Random = Math.random,
): string | undefined {
  for (const { group, matches, share = 1, stickyBy } of rules) {
    if (matches !== undefined && !matches(request)) continue;
    const key = stickyBy?.(request);
    // With the group's name in it, the callers of one share are not those of another.
    const at = key === undefined ? random() : fraction(`${group}\n${key}`);
    if (at < share) return group;
  }
  return undefined;
}
