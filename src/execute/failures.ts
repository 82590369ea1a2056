import { GraphQLError } from 'graphql';
import { type GatewayError, SubgraphError } from '../errors.ts';
import type { Path } from './places.ts';

/**
 * Why a value is not there: an error, to be reported wherever the value is selected; `told`, an
 * error that was reported elsewhere; or `null`, which is what the subgraph says of the entity.
 */
export type Loss = GatewayError | SubgraphError | 'told' | 'null';

/** What went wrong while one operation was executed. Paths are in the plan's own keys. */
export class Failures {
  readonly #errors: GraphQLError[] = [];
  readonly #losses = new Map<object, Map<string, Loss>>();
  readonly #explained = new Set<string>();

  get errors(): readonly GraphQLError[] {
    return this.#errors;
  }

  /** Reports an error at `path`; a null there, or above, needs no other. */
  report(error: GatewayError | SubgraphError, path: Path | undefined): void {
    this.#errors.push(toGraphQLError(error, path));
    if (path === undefined) return;
    for (let end = 1; end <= path.length; end += 1) {
      this.#explained.add(positionOf(path.slice(0, end)));
    }
  }

  /** True when an error was reported at `path` or below it. */
  explains(path: Path): boolean {
    return this.#explained.size > 0 && this.#explained.has(positionOf(path));
  }

  /** Remembers that `object` will not get the values under `keys`. The first reason stays. */
  lose(object: object, keys: readonly string[], loss: Loss): void {
    const losses = this.#losses.get(object) ?? new Map<string, Loss>();
    this.#losses.set(object, losses);
    for (const key of keys) if (!losses.has(key)) losses.set(key, loss);
  }

  lossOf(object: object, key: string): Loss | undefined {
    return this.#losses.get(object)?.get(key);
  }
}

function positionOf(path: Path): string {
  return path.join('\0');
}

function toGraphQLError(error: GatewayError | SubgraphError, path: Path | undefined): GraphQLError {
  const extensions =
    error instanceof SubgraphError
      ? { ...error.extensions, code: codeOf(error), service: error.subgraph }
      : { ...error.extensions, code: error.code };
  return new GraphQLError(error.message, { path, extensions, originalError: error });
}

function codeOf({ extensions }: SubgraphError): string {
  const code = extensions['code'];
  return typeof code === 'string' ? code : 'DOWNSTREAM_SERVICE_ERROR';
}
