import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { FieldModel, Model } from '../../conformance/model.ts';
import { linked } from '../../harness/subgraph.ts';
import type { Rules } from './expected.ts';
import type { GuardedAnswer } from './guarded-side.ts';
import type { RandomCaller } from './guards.ts';

/** Finds what subgraphs were asked for though the caller may not see it. */
export class ForbiddenRequests {
  readonly #schemas: ReadonlyMap<string, GraphQLSchema>;
  readonly #model: Model;
  readonly #rules: Rules;

  constructor(model: Model, rules: Rules, sdls: Readonly<Record<string, string>>) {
    this.#model = model;
    this.#rules = rules;
    this.#schemas = new Map(
      Object.entries(sdls).map(([name, sdl]) => {
        return [name, buildSubgraphSchema({ typeDefs: parse(linked(sdl)) })];
      }),
    );
  }

  /** One line for each field that has no business there. */
  in({ asked, planned }: GuardedAnswer, caller: RandomCaller): readonly string[] {
    const fields = asked.flatMap(({ subgraph, text }) => this.#fieldsOf(subgraph, text));
    return fields
      .filter(({ parent, name }) => !this.#mayBeAsked(caller, parent, name, planned))
      .map(({ subgraph, parent, name }) => `${subgraph}: ${parent}.${name}`);
  }

  #fieldsOf(subgraph: string, text: string) {
    const schema = this.#schemas.get(subgraph);
    if (schema === undefined) throw new TypeError('Each subgraph has a schema');
    const found: { subgraph: string; parent: string; name: string }[] = [];
    const types = new TypeInfo(schema);
    visit(
      parse(text),
      visitWithTypeInfo(types, {
        Field({ name }) {
          const parent = types.getParentType();
          if (parent) found.push({ subgraph, parent: parent.name, name: name.value });
        },
      }),
    );
    return found;
  }

  #mayBeAsked(
    caller: RandomCaller,
    parent: string,
    name: string,
    planned: ReadonlySet<string>,
  ): boolean {
    if (name.startsWith('_') || this.#rules.mayRead(caller, parent, name)) return true;
    if (this.#isInput(name, planned)) return true;
    // Where the subgraph knows but an interface object, each type's field goes by its name.
    const object = this.#model.interfaces.find((type) => type.name === parent);
    return object?.members.some((member) => this.#rules.mayRead(caller, member, name)) ?? false;
  }

  /** A part of a key, or of what a field of the plan requires. */
  #isInput(name: string, planned: ReadonlySet<string>): boolean {
    const keys = this.#model.entities.flatMap(({ keyFields }) => Object.keys(keyFields));
    if (name === 'code' || keys.includes(name)) return true;
    const requiring = this.#model.entities
      .flatMap(({ fields }): readonly FieldModel[] => fields)
      .filter((field) => field.requires !== undefined && planned.has(field.name));
    return requiring.some(({ requires = '' }) => requires.match(/\w+/g)?.includes(name) ?? false);
  }
}
