import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { Path } from './places.ts';

/** The operation as the plan knows it, and the client's own response keys. */
export interface ClientNames {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly clientKeys: ReadonlyMap<string, string>;
}

/**
 * `path`, which is in the plan's keys, as a place of the client's answer. It ends where it leads
 * into what only the plan asked for, such as a key or a required field; undefined: at the root.
 */
export function clientPath(
  path: Path,
  answer: JsonObject | null,
  { definition, fragments, clientKeys }: ClientNames,
): Path | undefined {
  const visible: (string | number)[] = [];
  let selectionSets: readonly SelectionSetNode[] = [definition.selectionSet];
  let value: unknown = answer;
  for (const key of path) {
    const clientKey = clientKeys.get(String(key)) ?? key;
    value = at(value, clientKey);
    if (value === undefined) break;
    if (typeof key === 'string') {
      const fields = fieldsUnder(key, selectionSets, fragments);
      if (fields.length === 0) break;
      selectionSets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
    }
    visible.push(clientKey);
  }
  return visible.length === 0 ? undefined : visible;
}

/** What is under `key`; null below a null, where nobody can tell any more. */
function at(value: unknown, key: string | number): unknown {
  if (value === null) return null;
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isObject(value) ? getOwn(value, key) : undefined;
}

/** The selections with that response key, on whatever type. */
function fieldsUnder(
  key: string,
  selectionSets: readonly SelectionSetNode[],
  fragments: ClientNames['fragments'],
): readonly FieldNode[] {
  return selectionSets.flatMap(({ selections }) =>
    selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value === key ? node : [];
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      return fragment === undefined ? [] : fieldsUnder(key, [fragment.selectionSet], fragments);
    }),
  );
}
