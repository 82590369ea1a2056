import DataLoader from 'dataloader';
import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { cloneJson } from '../lib/clone-json.ts';
import { jsonString } from '../lib/json-text.ts';
import { getOwn, type JsonObject, setOwn } from '../lib/own.ts';
import type { ContextValues } from './context-values.ts';
import { likenessOf } from './cut-fetch.ts';
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

/** What became of one representation. */
type Loaded = LoadedEntity | EntityFailure;

/** What is asked of one subgraph in one selection, and will be answered in this order. */
interface Group {
  readonly fetch: EntityFetch;
  readonly context: ContextValues;
  /** Representations as JSON: they differ from each other. None once nobody looks for them. */
  texts: string[];
  /** Under this it is open for more. */
  readonly key: string;
  /** Their places in the answer; made once one is looked for. */
  indexes: Map<string, number> | undefined;
  answer: EntityAnswer | undefined;
  /** Settles when the answer is there; it is never rejected. */
  landed: Promise<void> | undefined;
  /** One of the same kind that had no room for more. */
  readonly before: Group | undefined;
  /** How many it has room for. */
  readonly most: number;
}

/** Entities that were asked for one after another: neighbours in a group. */
interface Range {
  readonly group: Group;
  readonly first: number;
  count: number;
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
  /** By context, the groups of fetches of which others select some of the same. */
  #known: Map<string, Group[]> | undefined;

  constructor(input: LoaderInput, signal: Cancellation) {
    this.#input = input;
    this.#signal = signal;
  }

  /** The entity for each of `representations`, which differ from each other. */
  load(
    fetch: EntityFetch,
    context: ContextValues,
    representations: readonly string[],
  ): Promise<readonly Loaded[]> {
    const ranges = this.#ask(fetch, context, representations);
    if (ranges.every(({ group }) => isOwn(fetch, group))) return this.#own(fetch, ranges);
    return this.#fromOthers(fetch, context, representations, ranges);
  }

  /** What was asked for by this fetch alone: its representations need not be kept meanwhile. */
  async #own(fetch: EntityFetch, ranges: readonly Range[]): Promise<readonly Loaded[]> {
    await this.#landed(ranges);
    this.#signal.throwIfAborted();
    return entitiesOf(fetch, ranges) as readonly Loaded[];
  }

  async #fromOthers(
    fetch: EntityFetch,
    context: ContextValues,
    representations: readonly string[],
    ranges: readonly Range[],
  ): Promise<readonly Loaded[]> {
    await this.#landed(ranges);
    this.#signal.throwIfAborted();
    const loaded = entitiesOf(fetch, ranges);
    if (!loaded.includes(spoilt)) return loaded as readonly Loaded[];
    // Asked by itself, an entity may be there that failed with what others asked of it.
    const again = representations.filter((_, index) => loaded[index] === spoilt);
    const alone = `again ${fetch.id}`;
    const likeness = likenessOf({ ...fetch, alone });
    const single = { ...fetch, alone, likeness, overlaps: false };
    const anew = this.#ask(single, context, again);
    await this.#landed(anew);
    this.#signal.throwIfAborted();
    const rest = entitiesOf(single, anew)[Symbol.iterator]();
    return loaded.map((entity) => (entity === spoilt ? rest.next().value : entity) ?? notFound);
  }

  /** Settles once all of it is there. */
  #landed(ranges: readonly Range[]): Promise<unknown> | undefined {
    const [only] = ranges;
    if (only !== undefined && ranges.length === 1) return only.group.landed;
    return Promise.all(ranges.map(({ group }) => group.landed));
  }

  /** Has entities fetched with those that this turn brings together, but for what is under way. */
  #ask(fetch: EntityFetch, context: ContextValues, texts: readonly string[]): readonly Range[] {
    const key = fetch.likeness + context.key;
    let open = this.#open.get(key);
    if (open === undefined && !fetch.overlaps && texts.length <= this.#mostOf(fetch)) {
      const group = this.#begin(key, fetch, context, [...texts]);
      return [{ group, first: 0, count: texts.length }];
    }
    const known = [...this.#covering(fetch, context), ...withThoseBefore(open)];
    const ranges: Range[] = [];
    for (const text of texts) {
      if (known.some((group) => extend(ranges, group, indexIn(group, text)))) continue;
      if (open === undefined || open.texts.length >= open.most) {
        open = this.#begin(key, fetch, context, []);
      }
      const index = open.texts.push(text) - 1;
      open.indexes?.set(text, index);
      extend(ranges, open, index);
    }
    return ranges;
  }

  /** The groups that bring all that `fetch` selects, and maybe more. */
  #covering({ overlaps, parts }: EntityFetch, { key }: ContextValues): readonly Group[] {
    if (!overlaps) return [];
    const known = this.#known?.get(key) ?? [];
    return known.filter(({ fetch }) => parts.every((part) => fetch.parts.includes(part)));
  }

  #mostOf({ subgraph }: EntityFetch): number {
    return this.#input.entitiesOf(subgraph);
  }

  #begin(key: string, fetch: EntityFetch, context: ContextValues, texts: string[]): Group {
    const before = this.#open.get(key);
    const most = this.#mostOf(fetch);
    const unknown = { indexes: undefined, answer: undefined, landed: undefined };
    const group: Group = { fetch, context, key, texts, ...unknown, before, most };
    this.#open.set(key, group);
    if (fetch.overlaps) this.#remember(group);
    group.landed = this.#loader(fetch.subgraph)
      .load(group)
      .then(
        (answer) => {
          group.answer = answer;
        },
        (thrown: unknown) => {
          group.answer = { failure: failureOf(thrown) };
        },
      );
    return group;
  }

  #remember(group: Group): void {
    this.#known ??= new Map();
    const known = this.#known.get(group.context.key);
    if (known === undefined) this.#known.set(group.context.key, [group]);
    else known.push(group);
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
  #sendAll(subgraph: string, groups: readonly Group[]): Promise<readonly (EntityAnswer | Error)[]> {
    for (const { key } of groups) this.#open.delete(key);
    const requests = requestsOf(groups, this.#input.entitiesOf(subgraph));
    return requests.length === 1
      ? this.#send(subgraph, groups)
      : Promise.all(requests.map((some) => this.#settled(subgraph, some))).then((all) =>
          all.flat(),
        );
  }

  /** One of several requests: when it fails, that is no matter of the others. */
  async #settled(
    subgraph: string,
    groups: readonly Group[],
  ): Promise<readonly (EntityAnswer | Error)[]> {
    try {
      return await this.#send(subgraph, groups);
    } catch (thrown) {
      const failure = failureOf(thrown);
      return groups.map(() => failure);
    }
  }

  async #send(subgraph: string, groups: readonly Group[]): Promise<readonly EntityAnswer[]> {
    const { documents, answered, loose } = this.#input;
    const entities = documents.for(groups.map(({ fetch }) => fetch));
    const expected = groups.map(({ texts }, at) => {
      return { key: entities.keys[at] ?? '', count: texts.length };
    });
    const answer = await this.#ship(subgraph, groups, entities);
    answered(answer);
    const read = readEntities(subgraph, answer, expected);
    const [first] = groups;
    if (first !== undefined && read.loose.length > 0) loose(first.fetch, read.loose);
    return read.answers;
  }

  #ship(
    subgraph: string,
    groups: readonly Group[],
    entities: EntityDocument,
  ): Promise<SubgraphAnswer> {
    const { send, variables } = this.#input;
    const { document } = entities;
    const members = variablesOf(groups, entities, variables);
    // The texts of thousands are no longer kept than they are needed.
    for (const group of groups) if (!group.fetch.overlaps) group.texts = [];
    const request = { subgraph, kind: 'query', document, variables: `{${members}}` } as const;
    return send(request, this.#signal);
  }
}

function isOwn(fetch: EntityFetch, group: Group): boolean {
  return !fetch.overlaps && group.fetch === fetch;
}

/** The groups in their order, as many together as have at most `most` entities. */
function requestsOf(groups: readonly Group[], most: number): readonly (readonly Group[])[] {
  if (groups.length === 1) return [groups];
  const requests: Group[][] = [];
  let entities = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    entities += group.texts.length;
    const last = requests.at(-1);
    if (last !== undefined && entities <= most) {
      last.push(group);
    } else {
      requests.push([group]);
      entities = group.texts.length;
    }
  }
  return requests;
}

function variablesOf(
  groups: readonly Group[],
  { representations, suffixes }: EntityDocument,
  variables: Readonly<Record<string, unknown>>,
): string {
  const [only, ...others] = groups;
  const names =
    only !== undefined && others.length === 0
      ? only.fetch.variables
      : [...new Set(groups.flatMap(({ fetch }) => fetch.variables))];
  const members = variableMembers(variables, names);
  for (const [at, { texts, context }] of groups.entries()) {
    for (const [name, value] of Object.entries(context.variables)) {
      members.push(`${jsonString(name + suffixes[at])}:${JSON.stringify(value)}`);
    }
    members.push(`"${representations[at]}":[${texts.join(',')}]`);
  }
  return members.join(',');
}

/** What `fetch` gets of what was asked for, once that is there: see `copied`. */
function entitiesOf(fetch: EntityFetch, ranges: readonly Range[]): readonly (Loaded | undefined)[] {
  const loaded: (Loaded | undefined)[] = [];
  for (const { group, first, count } of ranges) {
    const isForOne = isOwn(fetch, group);
    for (let index = first; index < first + count; index += 1) {
      const entity = entityAt(index, group.answer);
      loaded.push(isForOne || entity instanceof Error ? entity : copied(fetch, entity));
    }
  }
  return loaded;
}

function failureOf(thrown: unknown): EntityFailure {
  return thrown instanceof SubgraphError ? thrown : GatewayError.from(thrown);
}

/** Adds one more entity to what was asked for; false where there is none. */
function extend(ranges: Range[], group: Group, index: number | undefined): boolean {
  if (index === undefined) return false;
  const last = ranges.at(-1);
  if (last?.group === group && last.first + last.count === index) last.count += 1;
  else ranges.push({ group, first: index, count: 1 });
  return true;
}

function withThoseBefore(last: Group | undefined): readonly Group[] {
  const groups: Group[] = [];
  for (let group = last; group !== undefined; group = group.before) groups.push(group);
  return groups;
}

function indexIn(group: Group, text: string): number | undefined {
  group.indexes ??= new Map(group.texts.map((known, index) => [known, index]));
  return group.indexes.get(text);
}

const nothing: EntityAnswer = { entities: [], errors: new Map() };
const notFound: LoadedEntity = { entity: null, errors: [] };
/** An entity that is null for what others asked of it. */
const spoilt = undefined;

function entityAt(index: number, answer = nothing): LoadedEntity | EntityFailure {
  if (answer.failure !== undefined) return answer.failure;
  const entity = answer.entities[index] ?? null;
  const errors = answer.errors.get(index);
  if (errors !== undefined) return { entity, errors };
  return entity === null ? notFound : { entity, errors: noErrors };
}

const noErrors: LoadedEntity['errors'] = [];

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
