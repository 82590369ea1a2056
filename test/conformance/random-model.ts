import { type Choices, seeded } from './choices.ts';
import { close } from './close.ts';
import { decorate } from './decorate.ts';
import type {
  EntityModel,
  InterfaceModel,
  Model,
  Presence,
  UnionModel,
  ValueModel,
} from './model.ts';
import { fieldOf, randomField } from './random-field.ts';

const entityNames = ['Author', 'Book', 'Crew', 'Depot', 'Event', 'Film'] as const;
const fieldNames = ['size', 'label', 'state', 'links', 'parts', 'marks', 'notes'] as const;

/** A schema and its split, both from `seed`. Not every one can be composed. */
export function randomModel(seed: number): Model {
  const choices = seeded(seed);
  const subgraphs = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, 2 + choices.below(5));
  // Few of them can be composed.
  const mixedKeys = choices.chance(15);
  const entities = randomEntities(choices, subgraphs, mixedKeys);
  const interfaces = randomInterfaces(choices, subgraphs, entities);
  const model: Model = {
    seed,
    subgraphs,
    mixedKeys,
    entities,
    interfaces,
    values: [...origins(entities), ...randomValues(choices)],
    unions: randomUnions(choices, entities),
    roots: [
      { kind: 'root', name: 'Query', fields: [] },
      { kind: 'root', name: 'Mutation', fields: [] },
    ],
  };
  addValueFields(choices, model);
  addInterfaceFields(choices, model);
  addEntityFields(choices, model);
  addRootFields(choices, model);
  decorate(choices, model);
  close(choices, model);
  return model;
}

const keySets = [
  { keys: ['id'], keyFields: { id: 'ID!' } },
  { keys: ['id'], keyFields: { id: 'ID!' } },
  { keys: ['id', 'code'], keyFields: { id: 'ID!', code: 'String!' } },
  { keys: ['floor room'], keyFields: { floor: 'Int!', room: 'String!' } },
  { keys: ['id', 'floor room'], keyFields: { id: 'ID!', floor: 'Int!', room: 'String!' } },
] as const;

function randomEntities(
  choices: Choices,
  subgraphs: readonly string[],
  mixedKeys: boolean,
): EntityModel[] {
  return entityNames.slice(0, 2 + choices.below(5)).map((name) => {
    const nested = {
      keys: ['id', 'origin { code }'],
      keyFields: { id: 'ID!', origin: `${name}Origin!` },
    };
    const { keys, keyFields } = choices.pick([...keySets, nested]);
    const presence = new Map(
      choices.some(subgraphs, 45).map((subgraph) => {
        return [subgraph, { keys: presentKeys(choices, keys, mixedKeys) }] as const;
      }),
    );
    return { kind: 'entity', name, keys, keyFields, presence, fields: [] };
  });
}

/** Mostly the first key and perhaps others; now and then others only. */
function presentKeys(choices: Choices, keys: readonly string[], mixedKeys: boolean) {
  const chosen = choices.chance(90)
    ? keys.filter((_, index) => index === 0 || choices.chance(50))
    : choices.some(keys, 50);
  return chosen.map((fields, index) => ({
    fields,
    resolvable: !mixedKeys || index > 0 || !choices.chance(40),
  }));
}

function origins(entities: readonly EntityModel[]): ValueModel[] {
  return entities
    .filter(({ keyFields }) => Object.hasOwn(keyFields, 'origin'))
    .map(({ name }) => ({
      kind: 'value',
      name: `${name}Origin`,
      presence: new Set(),
      keyFields: { code: 'String!' },
      fields: [],
    }));
}

function randomValues(choices: Choices): ValueModel[] {
  return ['Grade', 'Habit'].slice(0, choices.below(3)).map((name) => ({
    kind: 'value',
    name,
    presence: new Set(),
    keyFields: {},
    fields: [],
  }));
}

/** One plain interface, perhaps, and one with a key, of entities that have an `id`. */
function randomInterfaces(
  choices: Choices,
  subgraphs: readonly string[],
  entities: readonly EntityModel[],
): InterfaceModel[] {
  const named = entities.filter(({ keyFields }) => Object.hasOwn(keyFields, 'id'));
  const interfaces: InterfaceModel[] = [];
  const empty = { kind: 'interface', presence: new Map(), fields: [] } as const;
  if (named.length > 1 && choices.chance(60)) {
    const entitiesWithId = choices.some(named, 50);
    for (const { presence } of entitiesWithId) presence.forEach(withId);
    const members = entitiesWithId.map(({ name }) => name);
    const own = { members, fieldNames: ['title', 'rank'], objectIn: [] };
    interfaces.push({ ...empty, name: 'Plain', ...own, presence: new Map(), fields: [] });
  }
  if (named.length > 1 && choices.chance(50)) {
    const members = choices.some(named.slice(-2), 70);
    const home = choices.pick(subgraphs);
    for (const { presence } of members) {
      presence.set(home, { keys: [{ fields: 'id', resolvable: true }] });
    }
    const known = new Set(members.flatMap(({ presence }) => [...presence.keys()]));
    const objectIn = subgraphs.filter((subgraph) => !known.has(subgraph));
    const own = {
      members: members.map(({ name }) => name),
      fieldNames: ['caption'],
      home,
      objectIn,
    };
    interfaces.push({ ...empty, name: 'Keyed', ...own, presence: new Map(), fields: [] });
  }
  return interfaces;
}

function withId({ keys }: Presence): void {
  if (!keys.some(({ fields }) => fields === 'id')) keys.unshift({ fields: 'id', resolvable: true });
}

function randomUnions(choices: Choices, entities: readonly EntityModel[]): UnionModel[] {
  if (!choices.chance(60)) return [];
  const members = choices.some(entities, 60).map(({ name }) => name);
  return [{ kind: 'union', name: 'Either', members }];
}

function addValueFields(choices: Choices, model: Model): void {
  for (const value of model.values) {
    if (Object.keys(value.keyFields).length > 0) continue;
    for (const name of fieldNames.slice(0, 2 + choices.below(3))) {
      const owners = model.subgraphs;
      value.fields.push(randomField(choices, model, name, owners, { percentObjects: 0 }));
    }
  }
}

/** Each member of an interface gets its fields; one with a key has them in its home only. */
function addInterfaceFields(choices: Choices, model: Model): void {
  for (const { fieldNames: names, members, home, objectIn, fields } of model.interfaces) {
    for (const name of names) {
      const shape = randomField(choices, model, name, home ? [home] : [], { percentObjects: 0 });
      for (const entity of model.entities.filter((each) => members.includes(each.name))) {
        const owners = home ? [home] : [choices.pick([...entity.presence.keys()])];
        if (entity.fields.some((field) => field.name === name)) continue;
        entity.fields.push(fieldOf(name, shape.type, shape.parameters, owners));
      }
    }
    for (const subgraph of objectIn.filter(() => choices.chance(60))) {
      const name = `added_${subgraph}`;
      fields.push(randomField(choices, model, name, [subgraph], { percentObjects: 30 }));
    }
  }
}

function addEntityFields(choices: Choices, model: Model): void {
  for (const entity of model.entities) {
    const holders = [...entity.presence.keys()];
    for (const name of fieldNames.slice(0, 3 + choices.below(5))) {
      const owners = choices.chance(20) ? choices.some(holders, 60) : [choices.pick(holders)];
      entity.fields.push(randomField(choices, model, name, owners, { percentObjects: 45 }));
    }
  }
}

function addRootFields(choices: Choices, model: Model): void {
  const [query, mutation] = model.roots;
  for (let index = 0; index < 4 + choices.below(4); index += 1) {
    const owners = choices.chance(15)
      ? choices.some(model.subgraphs, 30)
      : [choices.pick(model.subgraphs)];
    const name = `find${index}`;
    query?.fields.push(randomField(choices, model, name, owners, { percentObjects: 95 }));
  }
  for (let index = 0; index < choices.below(3); index += 1) {
    const owners = [choices.pick(model.subgraphs)];
    const name = `change${index}`;
    mutation?.fields.push(randomField(choices, model, name, owners, { percentObjects: 80 }));
  }
}
