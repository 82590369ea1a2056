import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/** The labels of `@override(label:)` in a supergraph, by what an operation has to ask for. */
export interface OverrideLabels {
  /** By the name of the field that moves, whatever its type: more labels than needed do no harm. */
  readonly ofField: ReadonlyMap<string, readonly string[]>;
  /** Of fields that keys and `@requires` name: any operation may need them. */
  readonly always: readonly string[];
}

/** Finds the labels that composition has put on `@join__field(overrideLabel:)`. */
export function overrideLabels(supergraph: DocumentNode): OverrideLabels {
  const ofField = new Map<string, string[]>();
  visit(supergraph, {
    FieldDefinition({ name, directives = [] }) {
      const labels = directives.flatMap((join) => textOf(join, 'overrideLabel'));
      if (labels.length > 0)
        ofField.set(name.value, [...(ofField.get(name.value) ?? []), ...labels]);
    },
  });
  const needed = ofField.size > 0 ? neededFields(supergraph) : new Set<string>();
  const always = [...ofField].flatMap(([field, labels]) => (needed.has(field) ? labels : []));
  return { ofField, always };
}

/** Every field name in a key, in a `@requires` and in a `@fromContext`. */
function neededFields(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(supergraph, {
    Directive(join) {
      for (const text of [...textOf(join, 'key'), ...textOf(join, 'requires')]) {
        for (const name of text.match(/\w+/g) ?? []) names.add(name);
      }
    },
    ObjectField({ name, value }) {
      if (name.value !== 'selection' || value.kind !== Kind.STRING) return;
      for (const selected of value.value.match(/\w+/g) ?? []) names.add(selected);
    },
  });
  return names;
}

function textOf(join: DirectiveNode, argument: string): readonly string[] {
  const value = join.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? [value.value] : [];
}
