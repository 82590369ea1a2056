import { GatewayError } from '../errors.ts';
import type { Awaitable } from '../lib/call.ts';
import type { LongTurns } from '../lib/long-turns.ts';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import { BySoleKey } from './by-sole-key.ts';
import { type CutField, withoutFieldsOf } from './context-cut.ts';
import { type ContextValues, contextAt, type Known, noContext } from './context-values.ts';
import type { Failures, Loss } from './failures.ts';
import { objectsAt, type Place, placesAt } from './places.ts';
import type { EntityFetch } from './plan-steps.ts';
import type { Missing } from './representations.ts';
import { asking } from './stages.ts';
import { unitedAt } from './united.ts';
import { Wanted } from './wanted.ts';

/** Entities of one fetch that stand under equal contexts: they are asked for together. */
export interface Batch {
  /** Undefined when nothing can be asked without a context that is lost. */
  readonly fetch: EntityFetch | undefined;
  readonly context: ContextValues;
  readonly wanted: Wanted;
  /** The fields that are not asked for, and for each object the reason. */
  readonly cut: readonly CutField[];
  readonly losses: Lost[];
}

/** An object, and the variables for which there is nothing to send with it. */
interface Lost {
  readonly object: JsonObject;
  readonly lost: ReadonlyMap<string, Loss>;
}

const none: readonly never[] = [];

/**
 * Objects that one fetch is for at most, and values that are visited for their contexts. Where
 * contexts differ, objects are not shared, and may double from level to level.
 */
const mostPlaces = 250_000;

/** What `fetch` is to ask for, by what is known so far. Throws `RESPONSE_TOO_LARGE`. */
export function batchesOf(
  fetch: EntityFetch,
  known: Known,
  turns: LongTurns,
): Awaitable<readonly Batch[]> {
  return fetch.context === undefined
    ? oneBatch(fetch, known, turns)
    : batchesByContext(fetch, known, turns);
}

function oneBatch(fetch: EntityFetch, known: Known, turns: LongTurns): Awaitable<readonly Batch[]> {
  const batch = emptyBatch(fetch, noContext);
  const mayOmit = omitting(fetch, known.failures);
  const { wanted } = batch;
  const alike = new BySoleKey<number>(fetch.representation);
  const objects = objectsFor(fetch, known);
  if (objects.length > mostPlaces) throw tooManyPlaces();
  const add = (object: JsonObject): void => {
    const same = alike.get(object);
    if (same !== undefined) {
      wanted.addTo(same, object);
      return;
    }
    const text = represented(object, fetch, mayOmit, known.failures);
    if (text === undefined) return;
    const isKept = alike.set(object, wanted.size);
    if (isKept && fetch.representation.tellsApart) wanted.addNew(text, object);
    else alike.set(object, wanted.add(text, object));
  };
  const adding = turns.each(objects, add, asking);
  return adding === undefined ? [batch] : adding.then(() => [batch]);
}

/** What was lost is lost to objects: as long as nothing is, equal ones may become one. */
function objectsFor({ path, representation }: EntityFetch, { data, failures, shared }: Known) {
  if (shared === undefined || failures.hasLosses) return objectsAt(data, path);
  return unitedAt(data, path, representation, shared);
}

function batchesByContext(
  fetch: EntityFetch,
  known: Known,
  turns: LongTurns,
): Awaitable<readonly Batch[]> {
  const batches = new Map<string, Batch>();
  const mayOmit = omitting(fetch, known.failures);
  const { places, isComplete } = placesAt(known.data, fetch.path, mostPlaces);
  if (!isComplete) throw tooManyPlaces();
  const add = (place: Place): void => {
    const { object } = place;
    const text = represented(object, fetch, mayOmit, known.failures);
    if (text === undefined) return;
    const context = contextAt(place, fetch.context?.variables ?? [], known);
    const batch = batches.get(context.key) ?? emptyBatch(fetch, context);
    batches.set(context.key, batch);
    batch.wanted.add(text, object);
    if (context.lost.size > 0) batch.losses.push({ object, lost: context.lost });
  };
  const adding = turns.each(places, add, asking);
  return adding === undefined ? [...batches.values()] : adding.then(() => [...batches.values()]);
}

function tooManyPlaces(): GatewayError {
  return new GatewayError('RESPONSE_TOO_LARGE', 'The answer has too many objects at one place');
}

/** What is required only by fields that are skipped was not fetched, and is not missed. */
function omitting({ skips }: EntityFetch, failures: Failures) {
  return ({ object, key }: Missing) => skips && failures.lossOf(object, key) === undefined;
}

function represented(
  object: JsonObject,
  fetch: EntityFetch,
  mayOmit: (missing: Missing) => boolean,
  failures: Failures,
): string | undefined {
  const representation = fetch.representation.text(object, mayOmit);
  if (typeof representation === 'string') return representation;
  inheritLoss(object, fetch, representation, failures);
  return undefined;
}

function emptyBatch(fetch: EntityFetch, context: ContextValues): Batch {
  if (context === noContext) return { fetch, context, wanted: new Wanted(), cut: none, losses: [] };
  const rest = withoutFieldsOf(fetch, new Set(context.lost.keys()));
  const used = rest.fetch?.context?.variables.map(({ name }) => name) ?? [];
  const given = used.filter((name) => Object.hasOwn(context.variables, name));
  const variables = Object.fromEntries(given.map((name) => [name, context.variables[name]]));
  return { ...rest, context: { ...context, variables }, wanted: new Wanted(), losses: [] };
}

/**
 * What a failed fetch was to supply is missing here, and so is what depends on it: a field that
 * is required, or the type without which nobody knows whether this fetch is for the entity.
 */
function inheritLoss(
  object: JsonObject,
  fetch: EntityFetch,
  representation: Missing | undefined,
  failures: Failures,
): void {
  const missing = representation ?? { object, key: '__typename' };
  const loss = failures.lossOf(missing.object, missing.key);
  if (loss !== undefined) failures.lose(object, fetch.outputs, loss);
}

/** The fields that were not asked for are missing for the reason for which their contexts are. */
export function loseCutFields({ cut, losses }: Batch, failures: Failures): void {
  for (const { object, lost } of losses) {
    for (const { path, variable } of cut) {
      const loss = lost.get(variable);
      if (loss !== undefined) loseAt(object, path, loss, failures);
    }
  }
}

function loseAt(
  value: unknown,
  [key, ...rest]: readonly string[],
  loss: Loss,
  failures: Failures,
): void {
  if (key === undefined) return;
  if (Array.isArray(value)) for (const item of value) loseAt(item, [key, ...rest], loss, failures);
  else if (!isObject(value)) return;
  else if (rest.length === 0) failures.lose(value, [key], loss);
  else loseAt(getOwn(value, key), rest, loss, failures);
}
