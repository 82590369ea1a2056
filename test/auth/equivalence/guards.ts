import { Kind, parse, print, visit } from 'graphql';
import type { Caller } from '../../../src/context.ts';
import type { Choices } from '../../conformance/choices.ts';
import type { Model } from '../../conformance/model.ts';

/** What is written on one element, as a subgraph would write it. */
export interface Guard {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[] | undefined;
  readonly policies: readonly (readonly string[])[] | undefined;
}

/** By `Type` and `Type.field`. */
export type Guards = ReadonlyMap<string, Guard>;

/** Who asks, and which policies are granted to it. */
export interface RandomCaller {
  readonly caller: Caller | undefined;
  readonly granted: ReadonlySet<string>;
}

const scopes = ['a', 'b', 'c'] as const;
const policies = ['p', 'q'] as const;

/** Guards some elements of a model: object types, their fields, and the enum. */
export function randomGuards(choices: Choices, model: Model): Guards {
  const guards = new Map<string, Guard>();
  const percent = choices.pick([6, 12, 25]);
  const guard = (element: string, chance: number): void => {
    if (choices.chance(chance)) guards.set(element, randomGuard(choices));
  };
  guard('Color', percent);
  for (const { kind, name, fields, ...type } of [
    ...model.entities,
    ...model.values,
    ...model.roots,
  ]) {
    if (kind !== 'root') guard(name, percent / 2);
    const keys = 'keyFields' in type ? Object.keys(type.keyFields) : [];
    for (const field of [...keys, ...fields.map((each) => each.name)]) {
      guard(`${name}.${field}`, percent);
    }
  }
  return guards;
}

function randomGuard(choices: Choices): Guard {
  const kind = choices.below(4);
  return {
    authenticated: kind === 0 || kind === 3,
    scopes: kind === 1 || kind === 3 ? anyOf(choices, scopes) : undefined,
    policies: kind === 2 ? anyOf(choices, policies) : undefined,
  };
}

function anyOf(choices: Choices, names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: 1 + choices.below(2) }, () => choices.some(names, 40));
}

/** Nobody, or somebody with some scopes; and some policies. */
export function randomCaller(choices: Choices): RandomCaller {
  const granted = new Set(policies.filter(() => choices.chance(50)));
  if (choices.chance(30)) return { caller: undefined, granted };
  const scope = scopes.filter(() => choices.chance(55));
  const claims = { scope: choices.chance(50) ? scope : scope.join(' ') };
  return { caller: { claims }, granted };
}

const links = ['authenticated', 'requiresScopes', 'policy'].map(
  (name) => `@link(url: "https://specs.apollo.dev/${name}/v0.1", for: SECURITY)`,
);
const definitions = `
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  scalar requiresScopes__Scope
  scalar policy__Policy`;

/** The supergraph with these guards, as composition writes them. It writes none on interfaces. */
export function withGuards(supergraphSdl: string, guards: Guards): string {
  let type = '';
  const guarded = visit(parse(supergraphSdl, { noLocation: true }), {
    enter(node) {
      if (node.kind === Kind.SCHEMA_DEFINITION) {
        return {
          ...node,
          directives: [...(node.directives ?? []), ...directives(links.join(' '))],
        };
      }
      if (node.kind === Kind.FIELD_DEFINITION) {
        return guardedNode(node, guards.get(`${type}.${node.name.value}`));
      }
      if (!('name' in node) || !('directives' in node)) return undefined;
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.ENUM_TYPE_DEFINITION) {
        if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) type = node.name.value;
        return undefined;
      }
      type = node.name.value;
      return guardedNode(node, guards.get(type));
    },
  });
  return `${print(guarded)}\n${definitions}`;
}

function guardedNode<Node extends { readonly directives?: readonly object[] | undefined }>(
  node: Node,
  guard: Guard | undefined,
): Node | undefined {
  if (guard === undefined) return undefined;
  const written = [
    guard.authenticated && '@authenticated',
    guard.scopes && `@requiresScopes(scopes: ${JSON.stringify(guard.scopes)})`,
    guard.policies && `@policy(policies: ${JSON.stringify(guard.policies)})`,
  ];
  const text = written.filter((each) => typeof each === 'string').join(' ');
  return { ...node, directives: [...(node.directives ?? []), ...directives(text)] };
}

function directives(text: string) {
  const [node] = parse(`type T ${text} { f: Int }`, { noLocation: true }).definitions;
  return node !== undefined && 'directives' in node ? (node.directives ?? []) : [];
}
