import { type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import { problemAt, type SubgraphProblem } from '../subgraph-source.ts';
import type { SubgraphView, TypeView } from './subgraph-view.ts';

/**
 * `CQRS_RESULT_UNREADABLE`: every entity that a command subgraph's mutation returns, however deep
 * in its result, can be read by a subgraph that is not a command subgraph, through the stub's keys.
 */
export function resultUnreadable(views: readonly SubgraphView[]): readonly SubgraphProblem[] {
  const commands = views.filter(({ subgraph }) => subgraph.role === 'command');
  return commands.flatMap((command) =>
    [...returnedEntities(command)]
      .filter(([entity]) => !isReadable(entity, views))
      .map(([entity, mutations]) => unreadable(command, entity, mutations)),
  );
}

function unreadable(
  { subgraph }: SubgraphView,
  entity: TypeView,
  mutations: readonly FieldDefinitionNode[],
): SubgraphProblem {
  const fields = mutations.map((field) => field.name.value).join(', ');
  const keys = entity.keys.map(({ paths }) => `"${[...paths].join(' ')}"`).join(', ');
  const message = `Command subgraph "${subgraph.name}" returns entity "${entity.name}" (from ${fields}), which no query subgraph resolves by its key ${keys}`;
  return problemAt(subgraph, mutations[0], 'CQRS_RESULT_UNREADABLE', message);
}

/** The entities within reach of mutations, each with the mutations that return it. */
function returnedEntities(
  view: SubgraphView,
): ReadonlyMap<TypeView, readonly FieldDefinitionNode[]> {
  const entities = new Map<TypeView, FieldDefinitionNode[]>();
  for (const mutation of view.mutationFields) {
    for (const type of reachable(view, mutation)) {
      // An interface is read through the types that implement it: they carry its keys too.
      if (type.kind === 'interface' || type.keys.length === 0) continue;
      const mutations = entities.get(type) ?? [];
      entities.set(type, [...mutations, mutation]);
    }
  }
  return entities;
}

/** The types in a field's result: through lists, fields, union members, implementations. */
function reachable({ types }: SubgraphView, field: FieldDefinitionNode): ReadonlySet<TypeView> {
  const found = new Set<TypeView>();
  const open = [namedType(field.type)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const type = types.get(name);
    if (!type || found.has(type)) continue;
    found.add(type);
    open.push(...type.members, ...type.fields.map((child) => namedType(child.type)));
    if (type.kind === 'interface') open.push(...implementations(types, name));
  }
  return found;
}

function implementations(types: SubgraphView['types'], name: string): readonly string[] {
  const implementing = [...types.values()].filter(({ interfaces }) => interfaces.includes(name));
  return implementing.map((type) => type.name);
}

function isReadable(entity: TypeView, views: readonly SubgraphView[]): boolean {
  const provided = new Set(entity.keys.flatMap(({ paths }) => [...paths]));
  return views
    .filter(({ subgraph }) => subgraph.role !== 'command')
    .flatMap((reader) => readingTypes(entity, reader, views))
    .flatMap(({ keys }) => keys)
    .some(({ paths, resolvable }) => resolvable && [...paths].every((path) => provided.has(path)));
}

/** The entity as `reader` has it, by its own name or as an `@interfaceObject` of its interface. */
function readingTypes(
  { name }: TypeView,
  { types }: SubgraphView,
  views: readonly SubgraphView[],
): readonly TypeView[] {
  const interfaces = views.flatMap((view) => view.types.get(name)?.interfaces ?? []);
  const objects = interfaces.map((one) => types.get(one)).filter((one) => one?.interfaceObject);
  return [types.get(name), ...objects].filter((type) => type !== undefined);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
