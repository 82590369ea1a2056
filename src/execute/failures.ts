import { GraphQLError } from 'graphql';
import { GatewayError, SubgraphError, type ToleratedError } from '../errors.ts';
import { isObject } from '../lib/own.ts';
import type { Path } from './places.ts';

/**
 * Why a value is not there: an error, to be reported wherever the value is selected; `told`, an
 * error that was reported elsewhere; or `null`, which is what the subgraph says of the entity.
 */
export type Loss = GatewayError | SubgraphError | 'told' | 'null';

/**
 * What went wrong while one operation was executed. Paths are in the plan's own keys. Mostly it is
 * nothing: what remembers it is made when there is something.
 */
export class Failures {
  readonly #errors: GraphQLError[] = [];
  readonly #most: number;
  #untold = 0;
  #losses: Map<object, Map<string, Loss>> | undefined;
  #inherited: Map<object, Loss> | undefined;
  #explained: Set<string> | undefined;
  #told: Set<string> | undefined;
  #tolerated: Map<string, ToleratedError> | undefined;

  /** `most` is how many errors are told one by one. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** All of them, or as many as are told, the last of which counts the others. */
  get errors(): readonly GraphQLError[] {
    if (this.#untold === 0) return this.#errors;
    const told = this.#errors.slice(0, this.#most - 1);
    const message = `Errors that are not listed: ${this.count - told.length}`;
    return [...told, toGraphQLError(new GatewayError('TOO_MANY_ERRORS', message), undefined)];
  }

  /** How many were reported. */
  get count(): number {
    return this.#errors.length + this.#untold;
  }

  /** True when further errors are only counted. */
  get isFull(): boolean {
    return this.#errors.length >= this.#most;
  }

  /** What has null in its place and no error: one failure of each subgraph. */
  get tolerated(): readonly ToleratedError[] {
    return this.#tolerated === undefined ? none : [...this.#tolerated.values()];
  }

  /** Notes that null stands somewhere for `failure`. */
  tolerate(failure: ToleratedError): void {
    this.#tolerated ??= new Map();
    this.#tolerated.set(String(failure.extensions['service']), failure);
  }

  /** Counts errors that need not be looked at, since no more are told. */
  leaveOut(errors: number): void {
    this.#untold += errors;
  }

  /**
   * Reports an error at `path`; a null there, or above, needs no other. Two fetches may ask the
   * same of one entity: what both of them meet is told once.
   */
  report(error: GatewayError | SubgraphError, path: Path | undefined): void {
    if (this.isFull) {
      this.#untold += 1;
      return;
    }
    const name = path && positionOf([error.message, ...path]);
    if (name !== undefined && this.#told?.has(name)) return;
    this.#errors.push(toGraphQLError(error, path));
    if (path === undefined || name === undefined) return;
    this.#told ??= new Set();
    this.#told.add(name);
    this.#explained ??= new Set();
    for (let end = 1; end <= path.length; end += 1) {
      this.#explained.add(positionOf(path.slice(0, end)));
    }
  }

  /** Reports an error that is told however many there are: before all others. */
  reportFirst(error: GatewayError, path: Path): void {
    this.#errors.unshift(toGraphQLError(error, path));
  }

  /** True when an error was reported at `path` or below it, or may have been among those not told. */
  explains(path: Path): boolean {
    if (this.isFull) return true;
    return this.#explained?.has(positionOf(path)) ?? false;
  }

  /** Remembers that `object` will not get the values under `keys`. The first reason stays. */
  lose(object: object, keys: readonly string[], loss: Loss): void {
    this.#losses ??= new Map();
    const losses = this.#losses.get(object) ?? new Map<string, Loss>();
    this.#losses.set(object, losses);
    for (const key of keys) if (!losses.has(key)) losses.set(key, loss);
  }

  /** False as long as nothing was lost anywhere. */
  get hasLosses(): boolean {
    return this.#losses !== undefined || this.#inherited !== undefined;
  }

  lossOf(object: object, key: string): Loss | undefined {
    return this.#losses?.get(object)?.get(key) ?? this.#inherited?.get(object);
  }

  /** What `object` lacks under `key`, `value`, which another subgraph gave, lacks within. */
  passOnLossOf(object: object, key: string, value: unknown): void {
    const loss = this.lossOf(object, key);
    if (loss !== undefined) this.passOn(value, loss);
  }

  /** Whatever is missing within `value`, an object or a list of them, is missing for `loss`. */
  passOn(value: unknown, loss: Loss): void {
    if (Array.isArray(value)) for (const item of value) this.passOn(item, loss);
    else if (isObject(value)) this.#inherit(value, loss);
  }

  #inherit(object: object, loss: Loss): void {
    this.#inherited ??= new Map();
    this.#inherited.set(object, loss);
  }
}

const none: readonly never[] = [];

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
