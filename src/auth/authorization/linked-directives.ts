import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectFieldNode,
} from 'graphql';

const specifications = ['authenticated', 'requiresScopes', 'policy'] as const;
const specificationUrl = /^https:\/\/specs\.apollo\.dev\/(\w+)\/v\d/;

/** A specification that guards elements, by its name. */
export type Guard = (typeof specifications)[number];

/** The directives of a supergraph that guard elements, under whatever names it links them. */
export function linkedDirectives(document: DocumentNode): ReadonlyMap<string, Guard> {
  const names = new Map<string, Guard>();
  for (const definition of document.definitions) {
    if (!schemaKinds.has(definition.kind) || !('directives' in definition)) continue;
    for (const link of definition.directives ?? []) {
      const name = specificationUrl.exec(textArgument(link, 'url') ?? '')?.[1];
      const guard = specifications.find((known) => known === name);
      if (guard === undefined) continue;
      for (const each of linkedNames(link, guard)) names.set(each, guard);
    }
  }
  return names;
}

const schemaKinds: ReadonlySet<string> = new Set([Kind.SCHEMA_DEFINITION, Kind.SCHEMA_EXTENSION]);

/** The string that a directive is given under `name`; undefined for none, or something else. */
export function textArgument(directive: DirectiveNode, name: string): string | undefined {
  return text(directive.arguments ?? [], name);
}

/**
 * Every name that one `@link` can give a directive: the specification's own or its alias, that
 * with a prefix, and what an import calls it. One too many refuses more, never less.
 */
function linkedNames(link: DirectiveNode, name: Guard): readonly string[] {
  const own = textArgument(link, 'as') ?? name;
  return [name, own, `${own}__${name}`, ...importedAs(link, `@${name}`)];
}

/** The names after `as` of `import: [{ name: "@policy", as: "@checked" }]`. */
function importedAs(link: DirectiveNode, directive: string): readonly string[] {
  const list = link.arguments?.find(({ name }) => name.value === 'import')?.value;
  if (list?.kind !== Kind.LIST) return [];
  return list.values
    .filter((value) => value.kind === Kind.OBJECT)
    .filter((value) => text(value.fields, 'name') === directive)
    .map((value) => text(value.fields, 'as')?.replace('@', '') ?? '');
}

function text(
  entries: readonly (ArgumentNode | ObjectFieldNode)[],
  name: string,
): string | undefined {
  const value = entries.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
