/** Alternatives: one of the lists has to hold as a whole. `[[]]` always holds, `[]` never does. */
export type AnyOf = readonly (readonly string[])[];

/** What a caller has to prove, and to have, to select something: all of it. */
export interface Requirement {
  readonly authenticated: boolean;
  /** Each of them has to hold, of the caller's scopes. */
  readonly scopes: readonly AnyOf[];
  /** Each of them has to hold, of the policies that were decided in the caller's favour. */
  readonly policies: readonly AnyOf[];
}

/** What a caller has, as far as requirements ask. */
export interface Standing {
  readonly authenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  /** The policies that were decided in the caller's favour. */
  readonly policies: ReadonlySet<string>;
}

/** Asks nothing. */
export const noRequirement: Requirement = { authenticated: false, scopes: [], policies: [] };

/** Asks all that `requirements` ask. */
export function joined(requirements: readonly Requirement[]): Requirement {
  return {
    authenticated: requirements.some(({ authenticated }) => authenticated),
    scopes: distinct(requirements.flatMap(({ scopes }) => scopes)),
    policies: distinct(requirements.flatMap(({ policies }) => policies)),
  };
}

/** The same for equal requirements, and for no others. */
export function requirementKey({ authenticated, scopes, policies }: Requirement): string {
  return JSON.stringify([authenticated, scopes, policies]);
}

export function asksNothing({ authenticated, scopes, policies }: Requirement): boolean {
  return !authenticated && scopes.length === 0 && policies.length === 0;
}

export function isMet({ authenticated, scopes, policies }: Requirement, has: Standing): boolean {
  return (
    (!authenticated || has.authenticated) &&
    scopes.every((anyOf) => holds(anyOf, has.scopes)) &&
    policies.every((anyOf) => holds(anyOf, has.policies))
  );
}

/** True when whoever meets `one` meets `other`; false also where that takes too long to tell. */
export function implies(one: Requirement, other: Requirement): boolean {
  if (other.authenticated && !one.authenticated) return false;
  return impliesAll(one.scopes, other.scopes) && impliesAll(one.policies, other.policies);
}

/** All of `each` as one list of alternatives; undefined where these are more than are of use. */
export function alternatives(each: readonly AnyOf[]): AnyOf | undefined {
  let all: AnyOf = [[]];
  for (const anyOf of each) {
    all = minimal(all.flatMap((one) => anyOf.map((other) => sorted([...one, ...other]))));
    if (all.length > mostAlternatives) return undefined;
  }
  return all;
}

const mostAlternatives = 256;

/** Alternatives in one order, without those that ask more than another one. */
export function minimal(anyOf: AnyOf): AnyOf {
  const sets = anyOf.map((names) => new Set(names));
  const kept = sets.filter((set, index) =>
    sets.every((other, at) => {
      const asksLess = other.size < set.size || (other.size === set.size && at < index);
      return !asksLess || ![...other].every((name) => set.has(name));
    }),
  );
  return kept.map((set) => sorted([...set])).sort(byText);
}

function impliesAll(one: readonly AnyOf[], other: readonly AnyOf[]): boolean {
  if (other.length === 0) return true;
  const ways = alternatives(one);
  return ways?.every((names) => other.every((anyOf) => holds(anyOf, new Set(names)))) ?? false;
}

function holds(anyOf: AnyOf, names: ReadonlySet<string>): boolean {
  return anyOf.some((all) => all.every((name) => names.has(name)));
}

function distinct(each: readonly AnyOf[]): readonly AnyOf[] {
  const byKey = new Map(each.map((anyOf) => [JSON.stringify(minimal(anyOf)), minimal(anyOf)]));
  byKey.delete('[[]]');
  return [...byKey.keys()].sort().flatMap((key) => [byKey.get(key) ?? []]);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function byText(one: readonly string[], other: readonly string[]): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
