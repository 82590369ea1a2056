import type { TargetState } from './target-state.ts';

/**
 * Those that may be called now. Where fewer than `panicShare` of them are fine, all are: what is
 * left would only break down under the load of the others. Those being drained never are.
 */
export function usable(
  targets: readonly TargetState[],
  panicShare: number,
): readonly TargetState[] {
  let fine = 0;
  for (const target of targets) if (target.isFine) fine += 1;
  if (fine === targets.length) return targets;
  const open = targets.filter(({ isDraining }) => !isDraining);
  if (fine === 0 || fine < panicShare * open.length) return open;
  return open.filter(({ isFine }) => isFine);
}

/** Those that do not refuse calls for a while, as long as there are such. */
export function accepting(
  targets: readonly TargetState[],
  refuses: (target: TargetState) => boolean,
): readonly TargetState[] {
  if (!targets.some(refuses)) return targets;
  const open = targets.filter((target) => !refuses(target));
  return open.length > 0 ? open : targets;
}

/** Those that were not tried yet, while there are such. */
export function untried(
  targets: readonly TargetState[],
  tried: ReadonlySet<string> | undefined,
): readonly TargetState[] {
  if (tried === undefined || tried.size === 0) return targets;
  const left = targets.filter(({ id }) => !tried.has(id));
  return left.length > 0 ? left : targets;
}
