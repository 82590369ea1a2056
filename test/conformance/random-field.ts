import type { Choices } from './choices.ts';
import type { FieldModel, Model } from './model.ts';

const leafTypes = [
  'String',
  'Int',
  'Int!',
  'Float',
  'Boolean',
  'ID',
  'Color',
  'Color!',
  'String!',
  '[Int]',
  '[[String]]',
  '[[Color!]!]',
] as const;
const objectShapes = ['T', 'T', '[T]', '[T!]', '[T!]!', 'T!', '[[T]]'] as const;
const parameterLists = [
  ['n: Int = 3'],
  ['n: Int!'],
  ['color: Color', 'filter: Filter'],
  ['filter: Filter = { least: 2, color: RED }', 'text: String'],
  ['list: [Int!]', 'flag: Boolean = true'],
] as const;

/** A field of a random type that every one of its owners may return. */
export function randomField(
  choices: Choices,
  model: Model,
  name: string,
  owners: readonly string[],
  { percentObjects }: { readonly percentObjects: number },
): FieldModel {
  const objects = commonTypes(model, owners);
  const isObject = objects.length > 0 && choices.chance(percentObjects);
  const type = isObject
    ? choices.pick(objectShapes).replace('T', choices.pick(objects))
    : choices.pick(leafTypes);
  const parameters = choices.chance(35) ? choices.pick(parameterLists) : [];
  return fieldOf(name, type, parameters, owners);
}

/** A field with nothing special about it. */
export function fieldOf(
  name: string,
  type: string,
  parameters: readonly string[],
  owners: readonly string[],
): FieldModel {
  return { name, type, parameters, owners, external: new Set() };
}

/** The composite types that a field in `subgraph` may return. */
export function referable(model: Model, subgraph: string): readonly string[] {
  const hidden = new Set(
    model.interfaces.flatMap(({ objectIn, members }) =>
      objectIn.includes(subgraph) ? members : [],
    ),
  );
  const isKnown = (name: string): boolean => !hidden.has(name);
  const keyed = ({ home, objectIn }: { home?: string; objectIn: readonly string[] }): boolean =>
    home === undefined || home === subgraph || objectIn.includes(subgraph);
  return [
    ...model.entities.map(({ name }) => name).filter(isKnown),
    ...model.interfaces
      .filter((type) => keyed(type) && (type.home !== undefined || type.members.every(isKnown)))
      .map(({ name }) => name),
    ...model.unions.filter(({ members }) => members.every(isKnown)).map(({ name }) => name),
    ...model.values.filter(({ fields }) => fields.length > 0).map(({ name }) => name),
  ];
}

function commonTypes(model: Model, owners: readonly string[]): readonly string[] {
  const [first = [], ...others] = owners.map((owner) => referable(model, owner));
  return first.filter((name) => others.every((types) => types.includes(name)));
}
