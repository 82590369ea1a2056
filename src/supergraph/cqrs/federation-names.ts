import {
  type ConstDirectiveNode,
  type ConstObjectValueNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
} from 'graphql';

const federation = /^https:\/\/specs\.apollo\.dev\/federation\/v/;

/**
 * The name under which an SDL uses a directive of federation: imported by `@link`, perhaps under
 * another name, or else behind the specification's prefix. Federation 1 has no link and no prefix.
 */
export function federationDirective(document: DocumentNode, directive: string): string {
  const link = federationLink(document);
  if (link === undefined) return directive;
  const imported = importedAs(argument(link, 'import'), `@${directive}`);
  return imported?.slice(1) ?? `${text(argument(link, 'as')) ?? 'federation'}__${directive}`;
}

/** The value given to an argument; undefined when it is left to its default. */
export function argument(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
}

/** Whatever `@link` itself is called here, the federation URL shows which directive it is. */
function federationLink({ definitions }: DocumentNode): ConstDirectiveNode | undefined {
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    const link = node.directives?.find((one) => federation.test(text(argument(one, 'url')) ?? ''));
    if (link) return link;
  }
  return undefined;
}

function importedAs(imports: ConstValueNode | undefined, name: string): string | undefined {
  const elements = imports?.kind === Kind.LIST ? imports.values : [];
  for (const element of elements) {
    if (text(element) === name) return name;
    if (element.kind !== Kind.OBJECT || text(member(element, 'name')) !== name) continue;
    return text(member(element, 'as')) ?? name;
  }
  return undefined;
}

function member(object: ConstObjectValueNode, name: string): ConstValueNode | undefined {
  return object.fields.find((field) => field.name.value === name)?.value;
}

function text(value: ConstValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined;
}
