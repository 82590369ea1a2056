import {
  Lexer,
  print,
  type SelectionSetNode,
  Source,
  stripIgnoredCharacters,
  TokenKind,
} from 'graphql';
import type { FetchDataRewrite } from '../plan/planner.ts';

/**
 * A variable that holds what `@fromContext` takes from an object above the entity. Its type always
 * allows null: supergraphs where it does not are refused.
 */
export interface ContextVariable {
  readonly name: string;
  /** From the entity to the value, for each type that may set the context: `..`, types, keys. */
  readonly paths: readonly (readonly string[])[];
}

/** What a fetch takes from the contexts of its entities. */
export interface FetchContext {
  readonly variables: readonly ContextVariable[];
  /** The selection as text, cut behind each contextual variable. */
  readonly parts: readonly string[];
}

/** The contexts that the entities of a planned operation use; undefined when they use none. */
export function fetchContext(
  rewrites: readonly FetchDataRewrite[] | undefined,
  selectionSet: SelectionSetNode,
): FetchContext | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const paths = new Map<string, (readonly string[])[]>();
  for (const one of rewrites) {
    if (one.kind !== 'KeyRenamer') continue;
    paths.set(one.renameKeyTo, [...(paths.get(one.renameKeyTo) ?? []), one.path]);
  }
  return contextFor(
    selectionSet,
    [...paths].map(([name, of]) => ({ name, paths: of })),
  );
}

/** The same contexts for another selection. */
export function contextFor(
  selectionSet: SelectionSetNode,
  variables: readonly ContextVariable[],
): FetchContext {
  const names = new Set(variables.map(({ name }) => name));
  return { variables, parts: partsOf(selectionSet, names) };
}

/** Joined with a suffix, the parts are the selection with variables of its own. */
function partsOf(selectionSet: SelectionSetNode, names: ReadonlySet<string>): readonly string[] {
  const text = stripIgnoredCharacters(print(selectionSet));
  const lexer = new Lexer(new Source(text));
  const parts: string[] = [];
  let start = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (token.prev?.kind !== TokenKind.DOLLAR || !names.has(token.value)) continue;
    parts.push(text.slice(start, token.end));
    start = token.end;
  }
  return [...parts, text.slice(start)];
}
