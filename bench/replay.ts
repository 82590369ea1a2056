import { type GraphQLSchema, graphql } from 'graphql';
import { placeholder } from './token.ts';

/** More texts than a run has; past this, requests differ in what should be alike. */
const mostAnswers = 20_000;

/**
 * Answers as a service would, from memory where the same was asked before. Requests that differ
 * only in their token are the same.
 */
export class Replay {
  readonly #schema: GraphQLSchema;
  readonly #answers = new Map<string, string>();
  /** How many requests have been executed, not looked up. */
  executed = 0;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The answer to a request's body, in which `token` may occur. */
  async answer(body: string, token: string): Promise<string> {
    const asked = body.replaceAll(token, placeholder);
    const known = this.#answers.get(asked) ?? (await this.#execute(asked));
    return known.includes(placeholder) ? known.replaceAll(placeholder, token) : known;
  }

  async #execute(asked: string): Promise<string> {
    if (this.#answers.size === mostAnswers) throw new RangeError('Too many texts to remember');
    this.executed += 1;
    const { query, variables, operationName } = JSON.parse(asked);
    const options = { schema: this.#schema, source: query, variableValues: variables };
    const answer = JSON.stringify(await graphql({ ...options, operationName }));
    this.#answers.set(asked, answer);
    return answer;
  }
}
