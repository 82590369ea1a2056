import type { Choices } from './choices.ts';
import { type EntityModel, type FieldModel, type Model, namedType } from './model.ts';

/** Gives some fields `@requires`, `@override`, `@inaccessible` or `@provides`. */
export function decorate(choices: Choices, model: Model): void {
  const requiring = choices.chance(60);
  for (const entity of model.entities) {
    for (const field of entity.fields) {
      const [owner, ...others] = field.owners;
      if (owner === undefined || others.length > 0 || isOfInterface(model, field)) continue;
      if (requiring && choices.chance(30)) require(choices, model, entity, field, owner);
      else if (choices.chance(15)) override(choices, entity, field);
      else if (choices.chance(8)) field.inaccessible = true;
    }
  }
  const fields = [...model.entities, ...model.roots].flatMap((type) => type.fields);
  for (const field of fields) if (choices.chance(25)) provide(choices, model, field);
}

function isOfInterface(model: Model, { name }: FieldModel): boolean {
  return model.interfaces.some(({ fieldNames }) => fieldNames.includes(name));
}

/** `field` gets one or two fields of its entity that `owner` does not resolve itself. */
function require(
  choices: Choices,
  model: Model,
  entity: EntityModel,
  field: FieldModel,
  owner: string,
): void {
  const others = entity.fields.filter(
    (other) => other !== field && isRequirable(model, other, owner),
  );
  if (others.length === 0) return;
  // Values are rare, and come first.
  const leafless = others.filter(({ type }) => !isLeaf(namedType(type)));
  const chosen =
    choices.chance(40) && leafless.length > 0
      ? leafless.slice(0, 2)
      : choices.some(others, 25).slice(0, 2);
  field.requires = chosen.map((other) => requirement(choices, model, other)).join(' ');
  for (const other of chosen) {
    other.external.add(owner);
    other.solid = true;
  }
}

/** A leaf or a value, perhaps with one argument, that was not singled out for something else. */
function isRequirable(model: Model, field: FieldModel, owner: string): boolean {
  const { parameters, owners, overridden } = field;
  if (owners.includes(owner) || overridden !== undefined) return false;
  if (parameters.some((parameter) => !parameter.startsWith('n:'))) return false;
  const name = namedType(field.type);
  return isLeaf(name) || model.values.some((value) => value.name === name);
}

function requirement(choices: Choices, model: Model, field: FieldModel): string {
  const n = choices.below(3);
  const call = field.parameters.length > 0 ? `${field.name}(n: ${n})` : field.name;
  const value = model.values.find(({ name }) => name === namedType(field.type));
  if (value === undefined) return call;
  const free = value.fields.filter(({ parameters }) => parameters.length === 0);
  if (free.length === 0) return call;
  const parts = choices.some(free, 50);
  for (const part of parts) part.solid = true;
  return `${call} { ${parts.map(({ name }) => name).join(' ')} }`;
}

function override(choices: Choices, entity: EntityModel, field: FieldModel): void {
  const others = [...entity.presence.keys()].filter((name) => !field.owners.includes(name));
  if (others.length > 0 && field.external.size === 0) field.overridden = choices.pick(others);
}

/** `field` brings along a leaf of the entity that it returns, which its subgraph lacks. */
function provide(choices: Choices, model: Model, field: FieldModel): void {
  const [owner, ...others] = field.owners;
  const target = model.entities.find(({ name }) => name === namedType(field.type));
  if (owner === undefined || others.length > 0 || target === undefined) return;
  if (field.overridden !== undefined) return;
  const free = target.fields.filter(
    (each) =>
      !each.owners.includes(owner) &&
      each.requires === undefined &&
      each.overridden === undefined &&
      !isOfInterface(model, each) &&
      each.parameters.length === 0 &&
      isLeaf(namedType(each.type)),
  );
  if (free.length === 0) return;
  const provided = choices.pick(free);
  provided.external.add(owner);
  provided.provided = true;
  field.provides = provided.name;
}

const leaves = new Set(['Int', 'Float', 'String', 'Boolean', 'ID', 'Color']);

export function isLeaf(name: string): boolean {
  return leaves.has(name);
}
