import {
  type DocumentNode,
  executeSync,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { SelectionContext } from './selection.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * The part of an operation that asks for the schema itself; undefined where there is none. It
 * stands alone: a document with the fragments that it spreads.
 */
export function introspectionOf(
  operation: OperationDefinitionNode,
  fragments: Fragments,
): DocumentNode | undefined {
  const part = new IntrospectionPart(fragments);
  const selectionSet = part.of(operation.selectionSet);
  if (selectionSet === undefined) return undefined;
  const definitions = [{ ...operation, selectionSet }, ...fragments.values(), ...part.fragments];
  return { kind: Kind.DOCUMENT, definitions };
}

/**
 * Answers `__schema` and `__type` from the schema that clients see, without any subgraph: under
 * the plan's keys, with the client's own keys below them.
 */
export function introspect(
  document: DocumentNode,
  clientKeys: ReadonlyMap<string, string>,
  { schema, variables: variableValues }: SelectionContext,
): Readonly<JsonObject> {
  const { data } = executeSync({ schema, document, variableValues });
  const entries = Object.entries(data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, renamed(value, clientKeys)]));
}

function renamed(value: unknown, clientKeys: ReadonlyMap<string, string>): unknown {
  if (clientKeys.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, clientKeys));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    setOwn(copy, clientKeys.get(key) ?? key, renamed(member, clientKeys));
  }
  return copy;
}

/**
 * Of selections at the root, those that lead to introspection fields. A named fragment is reduced
 * once and spread under another name: written out, fragments within fragments would multiply.
 */
class IntrospectionPart {
  readonly #fragments: Fragments;
  readonly #reduced = new Map<string, FragmentDefinitionNode | undefined>();

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  /** The fragments that the reduced selections spread. */
  get fragments(): readonly FragmentDefinitionNode[] {
    return [...this.#reduced.values()].filter((fragment) => fragment !== undefined);
  }

  of({ kind, selections }: SelectionSetNode): SelectionSetNode | undefined {
    const kept = selections.flatMap((node) => this.#node(node) ?? []);
    return kept.length === 0 ? undefined : { kind, selections: kept };
  }

  #node(node: SelectionNode): SelectionNode | undefined {
    if (node.kind === Kind.FIELD) {
      return node.name.value === '__schema' || node.name.value === '__type' ? node : undefined;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = this.#fragment(node.name.value);
      return fragment && { ...node, name: fragment.name };
    }
    const selectionSet = this.of(node.selectionSet);
    return selectionSet && { ...node, selectionSet };
  }

  #fragment(name: string): FragmentDefinitionNode | undefined {
    if (this.#reduced.has(name)) return this.#reduced.get(name);
    const fragment = this.#fragments.get(name);
    const selectionSet = fragment && this.of(fragment.selectionSet);
    const reduced = selectionSet && {
      ...fragment,
      name: { ...fragment.name, value: this.#freeName(name) },
      selectionSet,
    };
    this.#reduced.set(name, reduced);
    return reduced;
  }

  #freeName(name: string): string {
    let free = `${name}_introspection`;
    while (this.#fragments.has(free)) free += '_';
    return free;
  }
}
