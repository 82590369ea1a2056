import { declaring } from './close.ts';
import {
  type EntityModel,
  type FieldModel,
  type InterfaceModel,
  type Model,
  possibleIn,
  topFields,
} from './model.ts';

const common = `
enum Color { RED GREEN BLUE }
input Filter { least: Int, color: Color = GREEN, within: [[Int!]], not: Filter }`;

/** What `subgraph` says of the model, without the line that links federation's directives. */
export function subgraphSdl(model: Model, subgraph: string): string {
  const definitions = [
    ...model.roots.map(({ name, fields }) => block(`type ${name}`, printed(fields, subgraph))),
    ...model.entities.map((entity) => printEntity(model, entity, subgraph)),
    ...model.values.map(({ name, presence, fields, keyFields }) =>
      presence.has(subgraph)
        ? block(`type ${name} @shareable`, [...keys(keyFields), ...fields.map(signature)])
        : '',
    ),
    ...model.interfaces.map((type) => printInterface(model, type, subgraph)),
    ...model.unions.map(({ name }) => {
      const members = possibleIn(model, name, subgraph);
      return members.length > 0 ? `union ${name} = ${members.join(' | ')}` : '';
    }),
  ];
  return `${definitions.filter((text) => text !== '').join('\n')}${common}\n`;
}

function block(head: string, lines: readonly string[]): string {
  return lines.length > 0 ? `${head} {\n  ${lines.join('\n  ')}\n}` : '';
}

function keys(keyFields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(keyFields).map(([name, type]) => `${name}: ${type}`);
}

function printed(fields: readonly FieldModel[], subgraph: string): readonly string[] {
  return fields
    .filter((field) => declaring(field).includes(subgraph))
    .map((field) => `${signature(field)}${directives(field, subgraph)}`);
}

function signature({ name, type, parameters }: FieldModel): string {
  return `${name}${parameters.length > 0 ? `(${parameters.join(', ')})` : ''}: ${type}`;
}

function directives(field: FieldModel, subgraph: string): string {
  const { owners, overridden, external, requires, provides, provided, inaccessible } = field;
  const owns = owners.includes(subgraph);
  const parts = [
    external.has(subgraph) && '@external',
    owns && (owners.length > 1 || provided === true) && '@shareable',
    owns && overridden !== undefined && `@override(from: "${overridden}")`,
    owns && requires !== undefined && `@requires(fields: "${requires}")`,
    owns && provides !== undefined && `@provides(fields: "${provides}")`,
    owns && inaccessible === true && '@inaccessible',
  ];
  return parts.map((part) => (part === false ? '' : ` ${part}`)).join('');
}

function printEntity(model: Model, entity: EntityModel, subgraph: string): string {
  const presence = entity.presence.get(subgraph);
  if (presence === undefined) return '';
  const named = model.interfaces.filter(
    (type) => type.members.includes(entity.name) && localFields(model, type, subgraph).length > 0,
  );
  const implemented = named.length > 0 ? ` implements ${named.map((t) => t.name).join(' & ')}` : '';
  const head = `type ${entity.name}${implemented}${keyDirectives(presence.keys)}`;
  const lines = presentKeys(entity, subgraph).map((name) => `${name}: ${entity.keyFields[name]}`);
  return block(head, [...lines, ...printed(entity.fields, subgraph)]);
}

function keyDirectives(list: readonly { fields: string; resolvable: boolean }[]): string {
  return list
    .map(({ fields, resolvable }) =>
      resolvable ? ` @key(fields: "${fields}")` : ` @key(fields: "${fields}", resolvable: false)`,
    )
    .join('');
}

function presentKeys({ presence }: EntityModel, subgraph: string): readonly string[] {
  const declared = presence.get(subgraph)?.keys ?? [];
  return [...new Set(declared.flatMap(({ fields }) => topFields(fields)))];
}

function printInterface(model: Model, type: InterfaceModel, subgraph: string): string {
  const { name, presence, home, fields } = type;
  const object = presence.get(subgraph);
  if (object !== undefined) {
    const head = `type ${name} @interfaceObject${keyDirectives(object.keys)}`;
    return block(head, ['id: ID!', ...printed(fields, subgraph)]);
  }
  const key = home === subgraph ? ' @key(fields: "id")' : '';
  return block(`interface ${name}${key}`, localFields(model, type, subgraph));
}

/** The fields of the interface that all its members in `subgraph` resolve there. */
function localFields(model: Model, type: InterfaceModel, subgraph: string): readonly string[] {
  const { members, fieldNames, home } = type;
  if (home !== undefined && home !== subgraph) return [];
  const present = model.entities.filter(
    ({ name, presence }) => members.includes(name) && presence.has(subgraph),
  );
  if (present.length === 0) return [];
  const id = present.every((entity) => presentKeys(entity, subgraph).includes('id'));
  const common = fieldNames.flatMap((name) => {
    const own = present.map(({ fields }) => fields.find((field) => field.name === name));
    const [first] = own;
    const resolved = own.every((field) => field?.owners.includes(subgraph));
    return first !== undefined && resolved ? [signature(first)] : [];
  });
  return [...(id ? ['id: ID!'] : []), ...common];
}
