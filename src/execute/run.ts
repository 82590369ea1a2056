import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import { getOwn, type JsonObject } from '../lib/own.ts';
import type { EntityFetch, RootFetch, Step } from './compile-plan.ts';
import type { ContextValues } from './context-values.ts';
import { type Batch, batchesOf, loseCutFields, type WantedEntity } from './entity-batches.ts';
import { EntityLoader, type LoadedEntity, pickVariables, type Send } from './entity-loader.ts';
import { Failures } from './failures.ts';
import { merge } from './merge.ts';
import { type Path, type Place, placesAt } from './places.ts';
import { rewrite } from './rewrites.ts';
import { asksAnything } from './selection.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface RunInput {
  readonly step: Step | undefined;
  /** Under the plan's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The root fields that may not be null: a mutation stops at the first that is. */
  readonly nonNullRoots: ReadonlySet<string>;
  readonly types: TypeConditions;
  readonly send: Send;
}

/** What the subgraphs answered, joined under the plan's keys, and what went wrong. */
export interface Fetched {
  readonly data: JsonObject;
  readonly failures: Failures;
}

/** Runs a compiled plan. It fails only when `signal` aborts: all else is told in `failures`. */
export async function runPlan(input: RunInput, signal: AbortSignal): Promise<Fetched> {
  const run = new Run(input, signal);
  if (input.step !== undefined) await run.step(input.step);
  return run;
}

class Run implements Fetched {
  readonly data: JsonObject = {};
  readonly failures = new Failures();
  readonly #input: RunInput;
  readonly #signal: AbortSignal;
  readonly #entities: EntityLoader;
  #stopped = false;

  constructor(input: RunInput, signal: AbortSignal) {
    this.#input = input;
    this.#signal = signal;
    this.#entities = new EntityLoader(input.send, input.variables, signal);
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'sequence':
        for (const each of step.steps) await this.step(each);
        break;
      case 'parallel':
        await Promise.all(step.steps.map((each) => this.step(each)));
        break;
      case 'condition': {
        const next = this.#input.variables[step.variable] === true ? step.whenTrue : step.whenFalse;
        if (next !== undefined) await this.step(next);
        break;
      }
      case 'root-fetch':
        await this.#fetchRoot(step);
        break;
      case 'entity-fetch':
        await this.#fetchEntities(step);
    }
  }

  async #fetchRoot(fetch: RootFetch): Promise<void> {
    const places = placesAt(this.data, fetch.path, this.#input.types);
    if (places.length === 0 || !this.#isWanted(fetch)) return;
    const answer = await this.#settled(this.#send(fetch));
    for (const [index, place] of places.entries()) {
      if (answer instanceof Error) this.failures.lose(place.object, fetch.outputs, answer);
      else this.#mergeRoot(fetch, index === 0 ? answer : structuredClone(answer), place);
    }
    if (!(answer instanceof Error) && answer.data !== null) {
      this.#reportLoose(
        fetch,
        answer.errors.filter(({ path }) => path === undefined),
      );
    }
    this.#stopped = fetch.operation === 'mutation' && this.#lacksNonNull(fetch);
  }

  #send(fetch: RootFetch): Promise<SubgraphAnswer> {
    const variables = pickVariables(this.#input.variables, fetch.variables);
    const { subgraph, operation: kind, text: query, operationName } = fetch;
    return this.#input.send({ subgraph, kind, query, operationName, variables }, this.#signal);
  }

  #mergeRoot(fetch: RootFetch, { data, errors }: SubgraphAnswer, place: Place): void {
    for (const error of errors) {
      if (error.path !== undefined) this.#report(fetch, error, [...place.path, ...error.path]);
    }
    if (data !== null) {
      rewrite(data, fetch.outputRewrites, this.#input.types);
      merge(place.object, data, this.#input.types, this.failures);
    } else {
      const general = errors.find(({ path }) => path === undefined);
      const loss = general === undefined ? 'told' : toSubgraphError(fetch, general);
      this.failures.lose(place.object, fetch.outputs, loss);
    }
  }

  async #fetchEntities(fetch: EntityFetch): Promise<void> {
    if (!this.#isWanted(fetch)) return;
    const { types } = this.#input;
    const batches = batchesOf(fetch, { data: this.data, types, failures: this.failures });
    await Promise.all(batches.map((batch) => this.#loadBatch(batch)));
  }

  async #loadBatch(batch: Batch): Promise<void> {
    const { fetch, context, wanted } = batch;
    if (fetch !== undefined) await this.#loadEntities(fetch, context, [...wanted.values()]);
    loseCutFields(batch, this.failures);
  }

  async #loadEntities(
    fetch: EntityFetch,
    context: ContextValues,
    wanted: readonly WantedEntity[],
  ): Promise<void> {
    const representations = wanted.map(({ representation }) => representation);
    const answer = await this.#settled(this.#entities.load({ fetch, context, representations }));
    for (const [index, { places }] of wanted.entries()) {
      if (answer instanceof Error) {
        for (const { object } of places) this.failures.lose(object, fetch.outputs, answer);
      } else {
        this.#mergeEntity(fetch, answer.entities[index], places);
      }
    }
    if (!(answer instanceof Error)) this.#reportLoose(fetch, answer.loose);
  }

  #isWanted({ conditional }: RootFetch | EntityFetch): boolean {
    if (this.#stopped) return false;
    if (conditional === undefined) return true;
    return asksAnything(conditional, { variables: this.#input.variables, fragments: noFragments });
  }

  #mergeEntity(
    fetch: EntityFetch,
    loaded: LoadedEntity | undefined,
    places: readonly Place[],
  ): void {
    const { entity, errors } = loaded ?? { entity: null, errors: [] };
    if (entity !== null) rewrite(entity, fetch.outputRewrites, this.#input.types);
    for (const [index, place] of places.entries()) {
      for (const error of errors) this.#reportEntity(fetch, error, place, entity !== null);
      if (entity !== null) {
        const own = index === 0 ? entity : structuredClone(entity);
        merge(place.object, own, this.#input.types, this.failures);
      } else {
        this.failures.lose(place.object, fetch.outputs, errors.length > 0 ? 'told' : 'null');
      }
    }
  }

  /** An error of the entity as a whole is one for each field that was asked of it. */
  #reportEntity(
    fetch: EntityFetch,
    error: SubgraphErrorBody,
    place: Place,
    answered: boolean,
  ): void {
    const { path = [] } = error;
    if (answered || path.length > 0) {
      this.#report(fetch, error, [...place.path, ...path]);
    } else {
      this.failures.lose(place.object, fetch.outputs, toSubgraphError(fetch, error));
    }
  }

  /** Errors that lead nowhere, beside data that is there: they are told, once. */
  #reportLoose(fetch: RootFetch | EntityFetch, errors: readonly SubgraphErrorBody[]): void {
    for (const error of errors) this.failures.report(toSubgraphError(fetch, error), undefined);
  }

  #report(fetch: RootFetch | EntityFetch, error: SubgraphErrorBody, path: Path): void {
    const renamed = path.map((key) => fetch.renamed.get(String(key)) ?? key);
    this.failures.report(toSubgraphError(fetch, error), renamed);
  }

  /** Mutations stop where graphql-js would: at a root field that may not be null and is. */
  #lacksNonNull(fetch: RootFetch): boolean {
    return fetch.outputs.some(
      (key) => this.#input.nonNullRoots.has(key) && (getOwn(this.data, key) ?? null) === null,
    );
  }

  /** The answer, or why there is none; an abort is not an outcome but the end of the run. */
  async #settled<Answer>(answer: Promise<Answer>): Promise<Answer | GatewayError | SubgraphError> {
    try {
      return await answer;
    } catch (thrown) {
      this.#signal.throwIfAborted();
      return thrown instanceof SubgraphError ? thrown : GatewayError.from(thrown);
    }
  }
}

/** Fetches have none that are named. */
const noFragments = new Map<never, never>();

function toSubgraphError(
  { subgraph }: RootFetch | EntityFetch,
  { message, extensions }: SubgraphErrorBody,
): SubgraphError {
  return new SubgraphError(subgraph, message, extensions);
}
