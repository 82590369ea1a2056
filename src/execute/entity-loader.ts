import DataLoader from 'dataloader';
import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { cloneJson } from '../lib/clone-json.ts';
import { jsonString } from '../lib/json-text.ts';
import { getOwn, type JsonObject, setOwn } from '../lib/own.ts';
import type { ContextValues } from './context-values.ts';
import {
  type EntityAnswer,
  type EntityFailure,
  type LoadedEntity,
  readEntities,
} from './entity-answer.ts';
import type { EntityDocument, EntityDocuments } from './entity-document.ts';
import { type Send, variableMembers } from './fetch-document.ts';
import type { EntityFetch } from './plan-steps.ts';

export interface LoaderInput {
  readonly send: Send;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly documents: EntityDocuments;
  /** Most entities that one request asks a subgraph for. */
  readonly entitiesOf: (subgraph: string) => number;
  /** Told of each answer before it is read. */
  readonly answered: (answer: SubgraphAnswer) => void;
  /** Told of the errors of an answer that lead to none of its entities. */
  readonly loose: (fetch: EntityFetch, errors: readonly SubgraphErrorBody[]) => void;
}

/** What is asked of one subgraph in one selection, and will be answered in this order. */
interface Group {
  readonly fetch: EntityFetch;
  readonly context: ContextValues;
  /** Representations as JSON, each with its place in the answer. */
  readonly indexes: Map<string, number>;
  answer: Promise<EntityAnswer> | undefined;
  /** One of the same kind that had no room for more. */
  readonly before: Group | undefined;
  /** How many it has room for. */
  readonly most: number;
}

/** An entity that was asked for: one of a group. */
interface Flight {
  readonly group: Group;
  readonly index: number;
}

/**
 * Loads entities for one operation. The fetches for one subgraph that become ready in the same
 * turn of the event loop go out as one request, or as several at once where there are too many
 * entities for one. What was asked for one path is not asked again for
 * another, whether its answer is there or on its way.
 */
export class EntityLoader {
  readonly #input: LoaderInput;
  readonly #signal: Cancellation;
  readonly #loaders = new Map<string, DataLoader<Group, EntityAnswer>>();
  /** The groups that still wait for their turn to end. */
  readonly #open = new Map<string, Group>();
  /** By subgraph, context and what is selected, and then by representation. */
  readonly #flights = new Map<string, Map<string, Flight>>();

  constructor(input: LoaderInput, signal: Cancellation) {
    this.#input = input;
    this.#signal = signal;
  }

  /** The entity for each of `representations`, which differ from each other. */
  async load(
    fetch: EntityFetch,
    context: ContextValues,
    representations: readonly string[],
  ): Promise<readonly (LoadedEntity | EntityFailure)[]> {
    const flights = representations.map((text) => this.#flight(fetch, context, text));
    const loaded = await this.#landed(fetch, flights);
    // Asked by itself, an entity may be there that failed with what others asked of it.
    const again = representations.filter((_, index) => loaded[index] === spoilt);
    if (again.length === 0) return loaded.map((entity) => entity ?? notFound);
    const alone = { ...fetch, alone: `again ${fetch.id}`, overlaps: false };
    const anew = await this.#landed(
      alone,
      again.map((text) => this.#join(alone, context, text)),
    );
    const rest = anew[Symbol.iterator]();
    return loaded.map((entity) => (entity === spoilt ? rest.next().value : entity) ?? notFound);
  }

  async #landed(
    fetch: EntityFetch,
    flights: readonly Flight[],
  ): Promise<readonly (LoadedEntity | EntityFailure | undefined)[]> {
    const answers = new Map<Group, EntityAnswer>();
    for (const group of new Set(flights.map((flight) => flight.group))) {
      answers.set(group, await this.#answerTo(group));
    }
    return flights.map((flight) => entityOf(fetch, flight, answers));
  }

  /** The flight that brings all that `fetch` selects, if one is under way, and else a new one. */
  #flight(fetch: EntityFetch, context: ContextValues, text: string): Flight {
    if (!fetch.overlaps) return this.#join(fetch, context, text);
    const shelves = fetch.parts.map((part) => this.#shelf(`${part}${context.key}`));
    const [known, ...others] = new Set(shelves.map((shelf) => shelf.get(text)));
    if (known !== undefined && others.length === 0) return known;
    const started = this.#join(fetch, context, text);
    for (const shelf of shelves) shelf.set(text, started);
    return started;
  }

  #shelf(name: string): Map<string, Flight> {
    let shelf = this.#flights.get(name);
    if (shelf === undefined) {
      shelf = new Map();
      this.#flights.set(name, shelf);
    }
    return shelf;
  }

  /** Has a representation asked for with those that this turn brings together. */
  #join(fetch: EntityFetch, context: ContextValues, text: string): Flight {
    const key = `${fetch.subgraph}${fetch.selection}${context.key}${fetch.alone ?? ''}`;
    const open = this.#open.get(key);
    for (let group = open; group !== undefined; group = group.before) {
      const index = group.indexes.get(text);
      if (index !== undefined) return { group, index };
    }
    const group = open && open.indexes.size < open.most ? open : this.#begin(key, fetch, context);
    const index = group.indexes.size;
    group.indexes.set(text, index);
    return { group, index };
  }

  #begin(key: string, fetch: EntityFetch, context: ContextValues): Group {
    const before = this.#open.get(key);
    const most = this.#input.entitiesOf(fetch.subgraph);
    const group: Group = { fetch, context, indexes: new Map(), answer: undefined, before, most };
    this.#open.set(key, group);
    group.answer = this.#loader(fetch.subgraph).load(group);
    return group;
  }

  async #answerTo({ answer }: Group): Promise<EntityAnswer> {
    try {
      return (await answer) ?? { entities: [] };
    } catch (thrown) {
      this.#signal.throwIfAborted();
      const failure = thrown instanceof SubgraphError ? thrown : GatewayError.from(thrown);
      return { failure };
    }
  }

  #loader(subgraph: string): DataLoader<Group, EntityAnswer> {
    let loader = this.#loaders.get(subgraph);
    if (loader === undefined) {
      loader = new DataLoader((groups) => this.#sendAll(subgraph, groups), {
        cache: false,
        // Answers that arrive in one turn are read one after another: this comes after them all.
        batchScheduleFn: (send) => setImmediate(send),
      });
      this.#loaders.set(subgraph, loader);
    }
    return loader;
  }

  /** Sends what the turn has brought together: mostly as one request. */
  async #sendAll(
    subgraph: string,
    groups: readonly Group[],
  ): Promise<readonly (EntityAnswer | Error)[]> {
    for (const [key, group] of this.#open) if (groups.includes(group)) this.#open.delete(key);
    const requests = requestsOf(groups, this.#input.entitiesOf(subgraph));
    if (requests.length === 1) return this.#send(subgraph, groups);
    const settled = await Promise.all(requests.map((some) => this.#settled(subgraph, some)));
    return settled.flat();
  }

  /** One of several requests: when it fails, that is no matter of the others. */
  async #settled(
    subgraph: string,
    groups: readonly Group[],
  ): Promise<readonly (EntityAnswer | Error)[]> {
    try {
      return await this.#send(subgraph, groups);
    } catch (thrown) {
      this.#signal.throwIfAborted();
      const failure = thrown instanceof SubgraphError ? thrown : GatewayError.from(thrown);
      return groups.map(() => failure);
    }
  }

  async #send(subgraph: string, groups: readonly Group[]): Promise<readonly EntityAnswer[]> {
    const { send, variables, documents, answered, loose } = this.#input;
    const entities = documents.for(groups.map(({ fetch }) => fetch));
    const members = variablesOf(groups, entities, variables);
    const { document } = entities;
    const request = { subgraph, kind: 'query', document, variables: `{${members}}` } as const;
    const answer = await send(request, this.#signal);
    answered(answer);
    const expected = groups.map(({ indexes }, at) => {
      return { key: entities.keys[at] ?? '', count: indexes.size };
    });
    const read = readEntities(subgraph, answer, expected);
    const [first] = groups;
    if (first !== undefined && read.loose.length > 0) loose(first.fetch, read.loose);
    return read.answers;
  }
}

/** The groups in their order, as many together as have at most `most` entities. */
function requestsOf(groups: readonly Group[], most: number): readonly (readonly Group[])[] {
  const requests: Group[][] = [];
  let entities = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    entities += group.indexes.size;
    const last = requests.at(-1);
    if (last !== undefined && entities <= most) {
      last.push(group);
    } else {
      requests.push([group]);
      entities = group.indexes.size;
    }
  }
  return requests;
}

function variablesOf(
  groups: readonly Group[],
  { representations, suffixes }: EntityDocument,
  variables: Readonly<Record<string, unknown>>,
): string {
  const names = new Set(groups.flatMap(({ fetch }) => fetch.variables));
  const members = variableMembers(variables, [...names]);
  for (const [at, { indexes, context }] of groups.entries()) {
    for (const [name, value] of Object.entries(context.variables)) {
      members.push(`${jsonString(name + suffixes[at])}:${JSON.stringify(value)}`);
    }
    members.push(`"${representations[at]}":[${[...indexes.keys()].join(',')}]`);
  }
  return members.join(',');
}

const notFound: LoadedEntity = { entity: null, errors: [] };
/** An entity that is null for what others asked of it. */
const spoilt = undefined;

/** What one fetch gets of the entity that a flight brings. */
function entityOf(
  fetch: EntityFetch,
  { group, index }: Flight,
  answers: ReadonlyMap<Group, EntityAnswer>,
): LoadedEntity | EntityFailure | undefined {
  const answer = answers.get(group);
  if (answer?.failure !== undefined) return answer.failure;
  const loaded = answer?.entities[index] ?? notFound;
  return !fetch.overlaps && group.fetch === fetch ? loaded : copied(fetch, loaded);
}

/**
 * What `fetch` selects of an entity that other fetches may have asked for: of all that is below it
 * a copy, since what is added there later differs from path to path.
 */
function copied({ keys }: EntityFetch, { entity, errors }: LoadedEntity): LoadedEntity | undefined {
  const own = errors.filter(({ path = [] }) => path.length === 0 || keys.has(`${path[0]}`));
  if (entity === null) return own.length === errors.length ? { entity, errors } : spoilt;
  const copy: JsonObject = {};
  for (const key of keys) {
    const value = getOwn(entity, key);
    if (value !== undefined) setOwn(copy, key, cloneJson(value));
  }
  return { entity: copy, errors: own };
}
