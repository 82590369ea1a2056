import { getOwn, isObject } from '../lib/own.ts';
import type { EntityFetch } from './compile-plan.ts';
import { type CutField, withoutFieldsOf } from './context-cut.ts';
import { type ContextValues, contextAt, type Known, noContext } from './context-values.ts';
import { type KeyedRepresentation, pickVariables } from './entity-loader.ts';
import type { Failures, Loss } from './failures.ts';
import { type Place, placesAt } from './places.ts';
import { type Missing, type Representation, represent } from './representations.ts';
import { rewrite } from './rewrites.ts';

/** A representation to ask for, with every place where its entity stands. */
export interface WantedEntity {
  readonly representation: KeyedRepresentation;
  readonly places: Place[];
}

/** Entities of one fetch that stand under equal contexts: they are asked for together. */
export interface Batch {
  /** Undefined when nothing can be asked without a context that is lost. */
  readonly fetch: EntityFetch | undefined;
  readonly context: ContextValues;
  readonly wanted: Map<string, WantedEntity>;
  /** The fields that are not asked for, and for each place the reason. */
  readonly cut: readonly CutField[];
  readonly losses: { readonly place: Place; readonly lost: ReadonlyMap<string, Loss> }[];
}

/** What `fetch` is to ask for, by what is known so far. */
export function batchesOf(fetch: EntityFetch, known: Known): readonly Batch[] {
  const batches = new Map<string, Batch>();
  const { types, failures } = known;
  // What is required only by fields that are skipped was not fetched, and is not missed.
  const mayOmit = ({ object, key }: Missing) =>
    fetch.skips && failures.lossOf(object, key) === undefined;
  for (const place of placesAt(known.data, fetch.path, known.types)) {
    const represented = represent(place.object, fetch.requires, { types, mayOmit });
    if (represented?.value === undefined) {
      inheritLoss(place, fetch, represented, known.failures);
      continue;
    }
    rewrite(represented.value, fetch.inputRewrites, known.types);
    const variables = fetch.context?.variables;
    const context = variables === undefined ? noContext : contextAt(place, variables, known);
    const batch = batches.get(context.key) ?? emptyBatch(fetch, context);
    batches.set(context.key, batch);
    add(batch, { key: JSON.stringify(represented.value), value: represented.value }, place);
    if (context.lost.size > 0) batch.losses.push({ place, lost: context.lost });
  }
  return [...batches.values()];
}

function emptyBatch(fetch: EntityFetch, context: ContextValues): Batch {
  const rest = withoutFieldsOf(fetch, new Set(context.lost.keys()));
  const used = rest.fetch?.context?.variables.map(({ name }) => name) ?? [];
  const variables = pickVariables(context.variables, used);
  return { ...rest, context: { ...context, variables }, wanted: new Map(), losses: [] };
}

function add({ wanted }: Batch, representation: KeyedRepresentation, place: Place): void {
  const known = wanted.get(representation.key) ?? { representation, places: [] };
  known.places.push(place);
  wanted.set(representation.key, known);
}

/**
 * What a failed fetch was to supply is missing here, and so is what depends on it: a field that
 * is required, or the type without which nobody knows whether this fetch is for the entity.
 */
function inheritLoss(
  { object }: Place,
  fetch: EntityFetch,
  represented: Representation,
  failures: Failures,
): void {
  const missing = represented?.missing ?? { object, key: '__typename' };
  const loss = failures.lossOf(missing.object, missing.key);
  if (loss !== undefined) failures.lose(object, fetch.outputs, loss);
}

/** The fields that were not asked for are missing for the reason for which their contexts are. */
export function loseCutFields({ cut, losses }: Batch, failures: Failures): void {
  for (const { place, lost } of losses) {
    for (const { path, variable } of cut) {
      const loss = lost.get(variable);
      if (loss !== undefined) loseAt(place.object, path, loss, failures);
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
