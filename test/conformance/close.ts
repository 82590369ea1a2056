import type { Choices } from './choices.ts';
import { type FieldModel, type Model, namedType, typesOf } from './model.ts';

/** Lets each subgraph know the types that its fields return, some of them by a key only. */
export function close(choices: Choices, model: Model): void {
  for (const type of typesOf(model)) {
    if (type.kind === 'union' || type.kind === 'value') continue;
    for (const field of type.fields) {
      for (const subgraph of declaring(field)) know(namedType(field.type), subgraph);
    }
  }
  for (const { keyFields, presence } of model.entities) {
    for (const [subgraph, { keys }] of presence) {
      if (keys.some(({ fields }) => fields.startsWith('origin'))) {
        know(keyFields['origin'] ?? '', subgraph);
      }
    }
  }

  function know(typeName: string, subgraph: string): void {
    const type = typesOf(model).find(({ name }) => name === namedType(typeName));
    if (type?.kind === 'entity' && !type.presence.has(subgraph)) {
      const resolvable = model.mixedKeys && choices.chance(50);
      const isMember = model.interfaces.some(({ members }) => members.includes(type.name));
      const fields = isMember ? 'id' : choices.pick(type.keys);
      type.presence.set(subgraph, { keys: [{ fields, resolvable }] });
      if (fields.startsWith('origin')) know(type.keyFields['origin'] ?? '', subgraph);
    } else if (type?.kind === 'value') {
      type.presence.add(subgraph);
    } else if (type?.kind === 'interface' && type.objectIn.includes(subgraph)) {
      const owns = type.fields.some(({ owners }) => owners.includes(subgraph));
      type.presence.set(subgraph, { keys: [{ fields: 'id', resolvable: owns }] });
    } else if (type?.kind === 'interface' || type?.kind === 'union') {
      const present = model.entities.filter(({ presence }) => presence.has(subgraph));
      if (present.some(({ name }) => type.members.includes(name))) return;
      for (const member of choices.some(type.members, 50)) know(member, subgraph);
    }
  }
  for (const type of model.interfaces) {
    for (const field of type.fields) {
      for (const owner of field.owners) know(type.name, owner);
    }
  }
}

/** The subgraphs whose SDL has the field. */
export function declaring({ owners, overridden, external }: FieldModel): readonly string[] {
  return [...new Set([...owners, ...(overridden ? [overridden] : []), ...external])];
}
