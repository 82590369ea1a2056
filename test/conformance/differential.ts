import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import type { Outcome } from '../harness/monolith.ts';
import { listed } from './choices.ts';
import type { Features } from './features.ts';
import type { Model } from './model.ts';
import { type Pair, pairOf } from './pair.ts';
import { randomModel } from './random-model.ts';
import { type OperationRules, type RandomOperation, randomOperation } from './random-operation.ts';
import { reduced } from './reduce.ts';

export interface DifferentialOptions {
  /** How many operations are compared, over all splits. */
  readonly operations: number;
  readonly splits: number;
  /** Everything follows from it. */
  readonly seed: number;
  readonly features: Features;
  /** Told of each difference when it is found. */
  readonly found?: (difference: Difference) => void;
}

/** What was generated, and what came of it. */
export interface Tally {
  /** Operations that both sides answered. */
  compared: number;
  /** Operations that were not valid, and were not asked. */
  discarded: number;
  splits: number;
  /** Splits that could not be composed. */
  uncomposed: number;
  readonly differences: Difference[];
}

/** An operation that was not answered alike, as small as it could be made. */
export interface Difference {
  readonly seed: number;
  readonly sdls: Readonly<Record<string, string>>;
  readonly operation: RandomOperation;
  readonly plan: string;
  readonly monolith: Outcome;
  readonly federated: Outcome;
}

/** Compares the answers of both sides to random operations over random splits. */
export async function differential(options: DifferentialOptions): Promise<Tally> {
  const differences: Difference[] = [];
  const tally: Tally = { compared: 0, discarded: 0, splits: 0, uncomposed: 0, differences };
  const perSplit = Math.ceil(options.operations / options.splits);
  for (let seed = options.seed; tally.splits < options.splits; seed += 1) {
    const model = randomModel(seed, options.features);
    const pair = pairOf(model);
    if (typeof pair === 'string') {
      tally.uncomposed += 1;
      continue;
    }
    tally.splits += 1;
    const difference = await compareAll(model, pair, perSplit, options.features, tally);
    if (difference === undefined) continue;
    differences.push(difference);
    options.found?.(difference);
  }
  return tally;
}

/**
 * Each operation is a list of decisions. A difference is cut down by `reduced`, which knows what an
 * operation and a split are, and not by `fast-check`, which knows the list alone.
 */
const decisions = fc.array(fc.nat({ max: 2 ** 16 - 1 }), { maxLength: 400, size: 'max' });

async function compareAll(
  model: Model,
  pair: Pair,
  count: number,
  features: Features,
  tally: Tally,
): Promise<Difference | undefined> {
  const operationOf = (numbers: readonly number[]) =>
    randomOperation(listed(numbers), pair.schema, rulesOf(model, features));
  const property = fc.asyncProperty(decisions, async (numbers) => {
    const operation = operationOf(numbers);
    if (!isValid(pair, operation)) {
      tally.discarded += 1;
      return true;
    }
    tally.compared += 1;
    return isDeepStrictEqual(...(await both(pair, operation)));
  });
  const { counterexample } = await fc.check(property, {
    seed: model.seed,
    numRuns: count,
    endOnFailure: true,
  });
  if (counterexample === null) return undefined;
  return smallest(model, operationOf(counterexample[0]));
}

function rulesOf(model: Model, features: Features): OperationRules {
  const fields = model.entities.flatMap((entity) => entity.fields);
  const hidden = new Set(fields.filter((field) => field.hidden).map(({ name }) => name));
  return {
    ...features,
    isHidden: (_, name) => hidden.has(name),
  };
}

function isValid({ schema }: Pair, { text }: RandomOperation): boolean {
  return validate(schema, parse(text)).length === 0;
}

/** Both answers. What the gateway throws is an answer, too: the wrong one. */
export async function both(
  pair: Pair,
  operation: RandomOperation,
): Promise<readonly [monolith: Outcome, federated: Outcome]> {
  const federated = pair.federated(operation).catch((thrown: unknown): Outcome => {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    return { data: `${thrown} ${cause ?? ''}`, errorPaths: [] };
  });
  return [await pair.monolith(operation), await federated];
}

async function smallest(model: Model, operation: RandomOperation): Promise<Difference> {
  const differs = async (pair: Pair, candidate: RandomOperation): Promise<boolean> =>
    isValid(pair, candidate) && !isDeepStrictEqual(...(await both(pair, candidate)));
  const found = await reduced(model, operation, differs);
  const [monolith, federated] = await both(found.pair, found.operation);
  const plan = await found.pair.plan(found.operation).catch(String);
  const { sdls } = found.pair;
  return { seed: model.seed, sdls, operation: found.operation, plan, monolith, federated };
}
