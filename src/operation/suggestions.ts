import type { GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import { Documents } from './documents.ts';
import type { OperationLimits } from './limits/limits.ts';

/** Memory for the documents of one view, which are looked at only when something is wrong. */
const cacheBytes = 1_024 * 1_024;

/** Names that a client could have meant, out of those that it may see. */
export class Suggestions {
  readonly #limits: OperationLimits;
  readonly #documents = new WeakMap<GraphQLSchema, Documents>();

  constructor(limits: OperationLimits) {
    this.#limits = limits;
  }

  /** `refusal` of a document, which suggests nothing, with what `view` has to suggest. */
  added(refusal: GatewayError, text: string, view: GraphQLSchema): GatewayError {
    const { code, headers, extensions } = refusal;
    const seen = this.#refusalOf(text, view);
    if (seen === undefined || seen.code !== code) return refusal;
    const details = refusal.details.map((detail) => {
      const place = JSON.stringify(detail.locations);
      const same = seen.details.find(
        ({ message, locations }) =>
          message.startsWith(detail.message) && JSON.stringify(locations) === place,
      );
      return same ?? detail;
    });
    const message = details[0]?.message ?? refusal.message;
    return new GatewayError(code, message, { details, headers, extensions, cause: refusal });
  }

  #refusalOf(text: string, view: GraphQLSchema): GatewayError | undefined {
    const limits = this.#limits;
    const documents = this.#documents.get(view) ?? new Documents(view, cacheBytes, { limits });
    this.#documents.set(view, documents);
    try {
      documents.check(text);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof GatewayError) return thrown;
      throw thrown;
    }
  }
}
