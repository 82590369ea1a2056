/** How large a supergraph is to be. */
export interface Size {
  readonly subgraphs: number;
  readonly typesPerSubgraph: number;
}

/**
 * A composed supergraph as it is in large firms. Each subgraph has its entities, of which the next
 * one knows the keys and adds a field, and each entity leads to another of its own subgraph and to
 * one of the next. All are served at `url`. It is written as composition would: to compose it would take far longer.
 */
export function largeSupergraph({ subgraphs, typesPerSubgraph }: Size, url: string): string {
  const graphs = Array.from({ length: subgraphs }, (_, index) => index);
  const graphAt = (index: number) => (index + subgraphs) % subgraphs;
  const types = graphs.flatMap((own) =>
    Array.from({ length: typesPerSubgraph }, (_, index) =>
      entity({
        name: typeName(own, index),
        near: typeName(own, (index + 1) % typesPerSubgraph),
        far: typeName(graphAt(own + 1), index),
        graphs: { own, next: graphAt(own + 1), previous: graphAt(own - 1) },
      }),
    ),
  );
  const roots = graphs.map((graph) => {
    const type = `[${typeName(graph, 0)}!]!`;
    return `${rootField(graph)}(id: ID!, first: Int = 10): ${type} @join__field(graph: G${graph})`;
  });
  const listed = graphs.map((graph) => {
    return `G${graph} @join__graph(name: "g${graph}", url: "${url}")`;
  });
  const joins = graphs.map((graph) => `@join__type(graph: G${graph})`);
  const query = `type Query ${joins.join(' ')} { ${roots.join('\n')} }`;
  return [head, `enum join__Graph { ${listed.join('\n')} }`, query, ...types].join('\n\n');
}

/** The `number`th of many different operations: down through several subgraphs. */
export function largeOperation(number: number, { subgraphs }: Size): string {
  const field = rootField(number % subgraphs);
  return `query Number${number} { ${field}(id: "${number}") {
    id name note
    near { id amount near { name added near { flag } } }
    far { id name added near { amount } far { id name added far { name note } } }
  } }`;
}

function rootField(graph: number): string {
  return `things${graph}`;
}

function typeName(graph: number, index: number): string {
  return `Thing${graph}x${index}`;
}

interface Entity {
  readonly name: string;
  readonly near: string;
  readonly far: string;
  /** Where its fields are, where one more is, and where only its key is known. */
  readonly graphs: { readonly own: number; readonly next: number; readonly previous: number };
}

function entity({ name, near, far, graphs }: Entity): string {
  const { own, next, previous } = graphs;
  const joins = [own, next, previous].map((graph) => `@join__type(graph: G${graph}, key: "id")`);
  const from = `@join__field(graph: G${own})`;
  return `"""
Something that subgraph ${own} knows of
"""
type ${name} ${joins.join(' ')} {
  id: ID!
  "What people call it"
  name: String! ${from}
  note(length: Int = 80): String ${from}
  amount: Float ${from}
  flag: Boolean ${from} @deprecated(reason: "Nobody asks for it")
  near: ${near} ${from}
  far: ${far} ${from}
  added: String @join__field(graph: G${next})
}`;
}

const head = `schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
{ query: Query }

directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
input join__ContextArgument { name: String! type: String! context: String! selection: join__FieldValue! }
scalar join__DirectiveArguments
scalar join__FieldSet
scalar join__FieldValue
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }`;
