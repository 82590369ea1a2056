import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { Condition } from './formula.ts';

/** Conditions that have to hold all together, in a fixed order; `key` names them. */
export interface Guard {
  readonly key: string;
  readonly conditions: readonly Condition[];
}

/** A selection set that counts where its guard holds. */
export interface GuardedSet {
  readonly node: SelectionSetNode;
  readonly guard: Guard;
}

/** Holds always. */
export const unguarded: Guard = { key: '', conditions: [] };

/** `guard` with what `@skip` and `@include` of `node` ask; undefined where that never holds. */
export function guardOf({ directives = [] }: SelectionNode, guard: Guard): Guard | undefined {
  if (directives.length === 0) return guard;
  const conditions = new Map(guard.conditions.map(({ variable, value }) => [variable, value]));
  for (const { name, arguments: given = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const condition = given.find((each) => each.name.value === 'if')?.value;
    const wanted = name.value === 'include';
    if (condition?.kind === Kind.BOOLEAN && condition.value !== wanted) return undefined;
    if (condition?.kind !== Kind.VARIABLE) continue;
    const variable = condition.name.value;
    if (conditions.get(variable) === !wanted) return undefined;
    conditions.set(variable, wanted);
  }
  return guardFor([...conditions].map(([variable, value]) => ({ variable, value })));
}

function guardFor(conditions: readonly Condition[]): Guard {
  if (conditions.length === 0) return unguarded;
  const sorted = conditions.toSorted((one, other) => (one.variable < other.variable ? -1 : 1));
  const key = sorted.map(({ variable, value }) => `${value ? '' : '!'}${variable}`).join('&');
  return { key, conditions: sorted };
}
