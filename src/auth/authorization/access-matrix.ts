import type { AccessFacts } from './access-facts.ts';
import { type AnyOf, alternatives, type Requirement } from './requirement.ts';

/** Whether a field asks for a scope: always, as one way among several, or not at all. */
export type Need = 'all' | 'some' | 'none';

/** One field and what it asks for. */
export interface MatrixRow {
  /** `Type.field`. */
  readonly field: string;
  readonly authenticated: boolean;
  readonly scopes: Readonly<Record<string, Need>>;
  readonly policies: Readonly<Record<string, Need>>;
}

/** What all fields ask for that ask anything, by scope and by policy. */
export interface AccessMatrix {
  readonly scopes: readonly string[];
  readonly policies: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** The scopes and policies of a supergraph by the fields that ask for them. */
export function accessMatrix({ fields, requirements }: AccessFacts): AccessMatrix {
  const scopes = namesIn(requirements.flatMap((requirement) => requirement.scopes));
  const policies = namesIn(requirements.flatMap((requirement) => requirement.policies));
  const rows = [...fields].sort(byName).flatMap(([field, index]): readonly MatrixRow[] => {
    const requirement = requirements[index];
    return requirement === undefined ? [] : [rowOf(field, requirement, { scopes, policies })];
  });
  return { scopes, policies, rows };
}

function rowOf(
  field: string,
  requirement: Requirement,
  { scopes, policies }: Pick<AccessMatrix, 'scopes' | 'policies'>,
): MatrixRow {
  const { authenticated } = requirement;
  const ofScopes = needs(scopes, requirement.scopes);
  return {
    field,
    authenticated,
    scopes: ofScopes,
    policies: needs(policies, requirement.policies),
  };
}

function needs(names: readonly string[], each: readonly AnyOf[]): Readonly<Record<string, Need>> {
  const joined = alternatives(each);
  const all = joined === undefined ? each : [joined];
  const needOf = (name: string): Need => {
    const isNeeded = all.some(
      (anyOf) => anyOf.length > 0 && anyOf.every((one) => one.includes(name)),
    );
    if (isNeeded) return 'all';
    return all.some((anyOf) => anyOf.some((one) => one.includes(name))) ? 'some' : 'none';
  };
  return Object.fromEntries(names.map((name) => [name, needOf(name)]));
}

function namesIn(each: readonly AnyOf[]): readonly string[] {
  return [...new Set(each.flat(2))].sort();
}

function byName([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}
