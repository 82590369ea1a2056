import DataLoader from 'dataloader';
import type { SubgraphAnswer, SubgraphErrorBody, SubgraphRequest } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import type { Call } from '../lib/call.ts';
import { isObject, type JsonObject } from '../lib/own.ts';
import type { EntityFetch } from './compile-plan.ts';
import type { ContextValues } from './context-values.ts';
import { entityDocument } from './entity-document.ts';

/** A subgraph request as the executor makes it; what goes along with it is added below. */
export type FetchRequest = Pick<
  SubgraphRequest,
  'subgraph' | 'kind' | 'query' | 'operationName' | 'variables'
>;

/** Sends one request to a subgraph. */
export type Send = Call<FetchRequest, SubgraphAnswer>;

/** What identifies an entity to a subgraph, and the text by which equal ones are known. */
export interface KeyedRepresentation {
  readonly key: string;
  readonly value: JsonObject;
}

/** One fetch of entities that is ready to go. */
export interface EntityLoad {
  readonly fetch: EntityFetch;
  /** Each representation once. */
  readonly representations: readonly KeyedRepresentation[];
  /** The contextual values that all of them share. */
  readonly context: ContextValues;
}

/** What became of one representation; the paths of its errors begin below the entity. */
export interface LoadedEntity {
  readonly entity: Readonly<JsonObject> | null;
  readonly errors: readonly SubgraphErrorBody[];
}

/** What became of one fetch: an entity for each representation, and errors without a place. */
export interface EntityAnswer {
  readonly entities: readonly LoadedEntity[];
  readonly loose: readonly SubgraphErrorBody[];
}

/**
 * Loads entities for one operation. The fetches for one subgraph that become ready in the same
 * turn go out as one request; among fetches that select the same under equal contexts, equal
 * representations go once.
 */
export class EntityLoader {
  readonly #loaders = new Map<string, DataLoader<EntityLoad, EntityAnswer>>();
  readonly #send: Send;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #signal: AbortSignal;

  constructor(send: Send, variables: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    this.#send = send;
    this.#variables = variables;
    this.#signal = signal;
  }

  load(load: EntityLoad): Promise<EntityAnswer> {
    const { subgraph } = load.fetch;
    let loader = this.#loaders.get(subgraph);
    if (loader === undefined) {
      loader = new DataLoader((loads) => this.#loadAll(subgraph, loads), { cache: false });
      this.#loaders.set(subgraph, loader);
    }
    return loader.load(load);
  }

  async #loadAll(
    subgraph: string,
    loads: readonly EntityLoad[],
  ): Promise<readonly (EntityAnswer | Error)[]> {
    const groups = grouped(loads);
    const document = entityDocument(groups);
    const names = loads.flatMap(({ fetch }) => fetch.variables);
    const request = {
      subgraph,
      kind: 'query',
      query: document.text,
      operationName: document.operationName,
      variables: { ...pickVariables(this.#variables, names), ...document.variables },
    } as const;
    const answer = await this.#send(request, this.#signal);
    const answers = document.keys.map((key, index) =>
      readEntities(subgraph, answer, key, groups[index]?.representations.length ?? 0),
    );
    const counts = new Map(
      document.keys.map((key, index) => [key, groups[index]?.representations.length ?? 0]),
    );
    const loose = answer.errors.filter((error) => !isPlaced(error, counts));
    return loads.map((load, index) => share(load, groups, answers, index === 0 ? loose : []));
  }
}

/** The variables that are used and that have a value: an absent one stays absent. */
export function pickVariables(
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const given = names.filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(given.map((name) => [name, variables[name]]));
}

/** The loads that select the same under equal contexts, with all their representations, each once. */
interface Group {
  readonly fetch: EntityFetch;
  readonly representations: JsonObject[];
  readonly indexes: Map<string, number>;
  readonly contextual: Readonly<JsonObject>;
  readonly key: string;
}

function grouped(loads: readonly EntityLoad[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const load of loads) {
    const { fetch, representations, context } = load;
    const key = groupKey(load);
    const empty = { key, fetch, representations: [], indexes: new Map<string, number>() };
    const group: Group = groups.get(key) ?? { ...empty, contextual: context.variables };
    groups.set(key, group);
    for (const { key, value } of representations) {
      if (!group.indexes.has(key)) group.indexes.set(key, group.representations.push(value) - 1);
    }
  }
  return [...groups.values()];
}

function groupKey({ fetch, context }: EntityLoad): string {
  return `${fetch.selection}${context.key}`;
}

/** True for an error of one of the entities that were asked for: so many under each key. */
function isPlaced({ path }: SubgraphErrorBody, counts: ReadonlyMap<string, number>): boolean {
  const [key, index] = path ?? [];
  return typeof index === 'number' && index >= 0 && index < (counts.get(String(key)) ?? 0);
}

/** The entities under `key` with the errors of each, or the error that stands for all of them. */
function readEntities(
  subgraph: string,
  answer: SubgraphAnswer,
  key: string,
  count: number,
): readonly LoadedEntity[] | Error {
  const list = answer.data?.[key];
  if (Array.isArray(list)) {
    if (list.length !== count || !list.every(isEntity)) {
      return malformed(subgraph, 'answered with entities that do not match those asked for');
    }
    return list.map((entity, at) => ({ entity, errors: errorsBelow(answer, key, at) }));
  }
  const general = answer.errors.find((error) => !isPlaced(error, new Map([[key, count]])));
  if (general !== undefined)
    return new SubgraphError(subgraph, general.message, general.extensions);
  if (answer.errors.length === 0)
    return malformed(subgraph, 'answered without the entities asked for');
  return Array.from({ length: count }, (_, at) => ({
    entity: null,
    errors: errorsBelow(answer, key, at),
  }));
}

function isEntity(value: unknown): value is JsonObject | null {
  return value === null || isObject(value);
}

function errorsBelow(
  answer: SubgraphAnswer,
  key: string,
  at: number,
): readonly SubgraphErrorBody[] {
  return answer.errors
    .filter(({ path }) => path?.[0] === key && path[1] === at)
    .map((error) => ({ ...error, path: error.path?.slice(2) }));
}

function malformed(subgraph: string, what: string): GatewayError {
  const extensions = { service: subgraph };
  return new GatewayError('SUBREQUEST_MALFORMED_RESPONSE', `${subgraph} ${what}`, { extensions });
}

/** One load's share of the answer to its group. */
function share(
  load: EntityLoad,
  groups: readonly Group[],
  answers: readonly (readonly LoadedEntity[] | Error)[],
  loose: readonly SubgraphErrorBody[],
): EntityAnswer | Error {
  const own = groupKey(load);
  const index = groups.findIndex(({ key }) => key === own);
  const answer = answers[index] ?? [];
  if (answer instanceof Error) return answer;
  const group = groups[index];
  const entities = load.representations.map(({ key }) => {
    const loaded = answer[group?.indexes.get(key) ?? -1] ?? { entity: null, errors: [] };
    // Each load gets objects of its own: what is added to them later differs from path to path.
    return group?.fetch === load.fetch ? loaded : structuredClone(loaded);
  });
  return { entities, loose };
}
