import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { cloneJson } from '../lib/clone-json.ts';
import type { LongTurns } from '../lib/long-turns.ts';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { FetchNode } from '../plan/planner.ts';
import type { Answering } from './answers.ts';
import type { ExecutionBounds } from './bounds.ts';
import type { CompiledSteps } from './compile-plan.ts';
import type { LoadedEntity } from './entity-answer.ts';
import { type Batch, batchesOf, loseCutFields } from './entity-batches.ts';
import { EntityLoader } from './entity-loader.ts';
import { Failures } from './failures.ts';
import { type Send, variableMembers } from './fetch-document.ts';
import { merge } from './merge.ts';
import { objectsAt, type Path, PathsOfObjects } from './places.ts';
import type { EntityFetch, RootFetch, Step } from './plan-steps.ts';
import { rewrite } from './rewrites.ts';
import { asksAnything } from './selection.ts';
import { merging } from './stages.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface RunInput {
  readonly steps: CompiledSteps;
  /** Under the plan's names. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answering: Answering;
  readonly types: TypeConditions;
  readonly send: Send;
  /** The fetches that are not to be made, each with the error in place of its data. */
  readonly refused: ReadonlyMap<FetchNode, GatewayError> | undefined;
  readonly bounds: ExecutionBounds;
  readonly turns: LongTurns;
}

/** What the subgraphs answered, joined under the plan's keys, and what went wrong. */
export interface Fetched {
  readonly data: JsonObject;
  readonly failures: Failures;
  /** Objects and lists that stand at several places. */
  readonly shared: ReadonlySet<unknown>;
  /** True where every answer was: `SubgraphAnswer.isPlain`. */
  readonly isPlain: boolean;
}

/** Runs a compiled plan. It fails only when `signal` aborts: all else is told in `failures`. */
export async function runPlan(input: RunInput, signal: Cancellation): Promise<Fetched> {
  const run = new Run(input, signal);
  if (input.steps.step !== undefined) await run.step(input.steps.step);
  return run;
}

class Run implements Fetched {
  readonly data: JsonObject = {};
  readonly failures: Failures;
  readonly shared = new Set<unknown>();
  isPlain = true;
  readonly #input: RunInput;
  readonly #signal: Cancellation;
  #loader: EntityLoader | undefined;
  #stopped = false;

  constructor(input: RunInput, signal: Cancellation) {
    this.#input = input;
    this.failures = new Failures(input.bounds.errors);
    this.#signal = signal;
  }

  get #entities(): EntityLoader {
    if (this.#loader === undefined) {
      const { send, variables, steps, bounds } = this.#input;
      const loose = (fetch: EntityFetch, errors: readonly SubgraphErrorBody[]): void =>
        this.#reportLoose(fetch, errors);
      const { entitiesOf } = bounds;
      const answered = (answer: SubgraphAnswer): void => this.#note(answer);
      const { documents } = steps;
      const input = { send, variables, documents, answered, loose, entitiesOf };
      this.#loader = new EntityLoader(input, this.#signal);
    }
    return this.#loader;
  }

  step(step: Step): Promise<unknown> {
    switch (step.kind) {
      case 'sequence':
        return this.#inTurn(step.steps);
      case 'parallel':
        return Promise.all(step.steps.map((each) => this.step(each)));
      case 'condition': {
        const next = this.#input.variables[step.variable] === true ? step.whenTrue : step.whenFalse;
        return next === undefined ? Promise.resolve() : this.step(next);
      }
      case 'root-fetch':
        return this.#fetchRoot(step);
      case 'entity-fetch':
        return this.#fetchEntities(step);
    }
  }

  async #inTurn(steps: readonly Step[]): Promise<void> {
    for (const each of steps) await this.step(each);
  }

  async #fetchRoot(fetch: RootFetch): Promise<void> {
    const objects = objectsAt(this.data, fetch.path);
    if (objects.length === 0 || !this.#isWanted(fetch)) return;
    let answer: SubgraphAnswer | GatewayError | SubgraphError | undefined =
      this.#input.refused?.get(fetch.node);
    try {
      answer ??= await this.#send(fetch);
    } catch (thrown) {
      // An abort is not an outcome but the end of the run.
      this.#signal.throwIfAborted();
      answer = thrown instanceof SubgraphError ? thrown : GatewayError.from(thrown);
    }
    if (answer instanceof Error) {
      for (const object of objects) this.failures.lose(object, fetch.outputs, answer);
    } else {
      this.#mergeRoot(fetch, answer, objects);
    }
    this.#stopped = fetch.operation === 'mutation' && this.#lacksNonNull(fetch);
  }

  #send(fetch: RootFetch): Promise<SubgraphAnswer> {
    const { subgraph, operation: kind, document } = fetch;
    const variables = `{${variableMembers(this.#input.variables, fetch.variables).join(',')}}`;
    return this.#input.send({ subgraph, kind, document, variables }, this.#signal);
  }

  #mergeRoot(fetch: RootFetch, answer: SubgraphAnswer, objects: readonly JsonObject[]): void {
    const { data, errors } = answer;
    this.#note(answer);
    if (data !== null) {
      rewrite(data, fetch.outputRewrites, this.#input.types);
      this.#mergeInto(objects, data);
    }
    const placed = errors.filter(({ path }) => path !== undefined);
    if (placed.length > 0) {
      this.#reportPlaced(fetch, placed, new PathsOfObjects(this.data, fetch.path).of(objects));
    }
    const general = errors.filter(({ path }) => path === undefined);
    if (data !== null) {
      this.#reportLoose(fetch, general);
    } else {
      const [first] = general;
      const loss = first === undefined ? 'told' : toSubgraphError(fetch, first);
      for (const object of objects) this.failures.lose(object, fetch.outputs, loss);
    }
  }

  #note({ isPlain = false }: SubgraphAnswer): void {
    if (!isPlain) this.isPlain = false;
  }

  async #fetchEntities(planned: EntityFetch): Promise<void> {
    const { types, answering, steps, turns } = this.#input;
    const fetch = answering.trimmed.of(planned, steps.required);
    if (fetch === undefined || !this.#isWanted(fetch)) return;
    const shared = steps.sharesObjects ? this.shared : undefined;
    const known = { data: this.data, types, failures: this.failures, shared };
    try {
      const made = batchesOf(fetch, known, turns);
      const batches = 'then' in made ? await made : made;
      const [only] = batches;
      if (only !== undefined && batches.length === 1) await this.#loadBatch(only);
      else await Promise.all(batches.map((batch) => this.#loadBatch(batch)));
    } catch (thrown) {
      if (!(thrown instanceof GatewayError) || this.#signal.aborted) throw thrown;
      for (const object of objectsAt(this.data, fetch.path)) {
        this.failures.lose(object, fetch.outputs, thrown);
      }
    }
  }

  async #loadBatch(batch: Batch): Promise<void> {
    const { fetch, context, wanted } = batch;
    if (fetch !== undefined && wanted.size > 0) {
      const refusal = this.#input.refused?.get(fetch.node);
      const loaded = refusal ? [] : await this.#entities.load(fetch, context, wanted.take());
      const paths = new PathsOfObjects(this.data, fetch.path);
      const mergeAt = (_: JsonObject, index: number): void => {
        const entity = refusal ?? loaded[index] ?? notFound;
        const objects = wanted.objectsOf(index);
        if (!(entity instanceof Error)) this.#mergeEntity(fetch, entity, objects, paths);
        else for (const object of objects) this.failures.lose(object, fetch.outputs, entity);
      };
      const merged = this.#input.turns.each(wanted.firsts, mergeAt, merging);
      if (merged !== undefined) await merged;
    }
    loseCutFields(batch, this.failures);
  }

  #isWanted({ conditional }: RootFetch | EntityFetch): boolean {
    if (this.#stopped) return false;
    if (conditional === undefined) return true;
    return asksAnything(conditional, { variables: this.#input.variables, fragments: noFragments });
  }

  #mergeEntity(
    fetch: EntityFetch,
    { entity, errors }: LoadedEntity,
    objects: readonly JsonObject[],
    paths: PathsOfObjects,
  ): void {
    if (entity !== null) {
      rewrite(entity, fetch.outputRewrites, this.#input.types);
      this.#mergeInto(objects, entity);
    }
    if (errors.length > 0) this.#reportEntity(fetch, errors, { objects, paths, entity });
    if (entity !== null) return;
    const loss = errors.length > 0 ? 'told' : 'null';
    for (const object of objects) this.failures.lose(object, fetch.outputs, loss);
  }

  /** What stands at several places is one object there, unless the places are treated apart. */
  #mergeInto(objects: readonly JsonObject[], source: Readonly<JsonObject>): void {
    const { types, steps } = this.#input;
    if (objects.length > 1 && steps.sharesObjects) {
      for (const key of Object.keys(source)) {
        const value = source[key];
        if (typeof value === 'object' && value !== null) this.shared.add(value);
      }
    }
    for (const [index, object] of objects.entries()) {
      const own = index === 0 || steps.sharesObjects ? source : cloneJson(source);
      if (isObject(own)) merge(object, own, types, this.failures);
    }
  }

  /** An error of the entity as a whole is one for each field that was asked of it. */
  #reportEntity(
    fetch: EntityFetch,
    errors: readonly SubgraphErrorBody[],
    { objects, paths, entity }: Reported,
  ): void {
    const isBelow = ({ path = [] }: SubgraphErrorBody) => entity !== null || path.length > 0;
    const below = errors.filter(isBelow);
    if (this.failures.isFull) this.failures.leaveOut(below.length);
    else if (below.length > 0) this.#reportPlaced(fetch, below, paths.of(objects));
    for (const error of errors) {
      if (isBelow(error)) continue;
      const loss = toSubgraphError(fetch, error);
      for (const object of objects) this.failures.lose(object, fetch.outputs, loss);
    }
  }

  /** Each of the errors at each of the paths, until there are enough. */
  #reportPlaced(
    fetch: RootFetch | EntityFetch,
    errors: readonly SubgraphErrorBody[],
    paths: readonly Path[],
  ): void {
    for (const [index, path] of paths.entries()) {
      if (this.failures.isFull) {
        this.failures.leaveOut(errors.length * (paths.length - index));
        return;
      }
      for (const error of errors) this.#report(fetch, error, [...path, ...(error.path ?? [])]);
    }
  }

  /** Errors that lead nowhere, beside data that is there: they are told, once. */
  #reportLoose(fetch: RootFetch | EntityFetch, errors: readonly SubgraphErrorBody[]): void {
    for (const error of errors) this.failures.report(toSubgraphError(fetch, error), undefined);
  }

  #report(fetch: RootFetch | EntityFetch, error: SubgraphErrorBody, path: Path): void {
    if (this.failures.isFull) {
      this.failures.leaveOut(1);
      return;
    }
    const renamed = path.map((key) => fetch.renamed.get(String(key)) ?? key);
    const { answering, steps } = this.#input;
    if (!answering.asked.has(renamed, this.data, steps.required)) return;
    this.failures.report(toSubgraphError(fetch, error), renamed);
  }

  /** Mutations stop where graphql-js would: at a root field that may not be null and is. */
  #lacksNonNull(fetch: RootFetch): boolean {
    return fetch.outputs.some(
      (key) =>
        this.#input.answering.nonNullRoots.has(key) && (getOwn(this.data, key) ?? null) === null,
    );
  }
}

/** The entity that errors are of, and the objects that stand for it. */
interface Reported {
  readonly objects: readonly JsonObject[];
  readonly paths: PathsOfObjects;
  readonly entity: LoadedEntity['entity'];
}

const notFound: LoadedEntity = { entity: null, errors: [] };

/** Fetches have none that are named. */
const noFragments = new Map<never, never>();

function toSubgraphError(
  { subgraph }: RootFetch | EntityFetch,
  { message, extensions }: SubgraphErrorBody,
): SubgraphError {
  return new SubgraphError(subgraph, message, extensions);
}
