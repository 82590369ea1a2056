import type { GraphQLSchema } from 'graphql';
import type { AccessFacts } from './access-facts.ts';
import { policiesOf } from './operation-guard.ts';
import { isMet, type Standing } from './requirement.ts';
import { schemaView } from './schema-view.ts';

/** A schema as a kind of caller may see it. */
export interface SchemaView {
  /** Tells kinds of callers apart: one digit for each requirement of the supergraph. */
  readonly key: string;
  readonly schema: GraphQLSchema;
}

/** Most views that are kept: each is a schema of its own. */
const mostKept = 32;

/** What callers see of one schema when they ask for it, each kind of them by what it may select. */
export class SchemaViews {
  readonly #schema: GraphQLSchema;
  readonly #facts: AccessFacts;
  readonly #kept = new Map<string, SchemaView>();
  /** All policies that have a say anywhere. */
  readonly policies: readonly string[];

  constructor(schema: GraphQLSchema, facts: AccessFacts) {
    this.#schema = schema;
    this.#facts = facts;
    this.policies = policiesOf(facts.requirements);
  }

  /** What the caller may see; made when the first of its kind asks. */
  for(standing: Standing): SchemaView {
    const { requirements, fields } = this.#facts;
    const met = requirements.map((requirement) => isMet(requirement, standing));
    const key = met.map(Number).join('');
    const known = this.#kept.get(key);
    if (known !== undefined) return this.#keep(key, known);
    if (met.every(Boolean)) return this.#keep(key, { key, schema: this.#schema });
    const schema = schemaView(this.#schema, (typeName, fieldName) => {
      const index = fields.get(`${typeName}.${fieldName}`);
      return index === undefined || met[index] === true;
    });
    return this.#keep(key, { key, schema });
  }

  /** The view that was not asked for for the longest time goes first. */
  #keep(key: string, view: SchemaView): SchemaView {
    this.#kept.delete(key);
    this.#kept.set(key, view);
    const [oldest] = this.#kept.size > mostKept ? this.#kept.keys() : [];
    if (oldest !== undefined) this.#kept.delete(oldest);
    return view;
  }
}
