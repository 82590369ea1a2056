import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import type { Outcome } from '../harness/monolith.ts';
import { type Choices, listed } from './choices.ts';
import { crowded } from './crowd.ts';
import { ibmWriter } from './ibm-operation.ts';
import type { Model } from './model.ts';
import { type Pair, pairOf } from './pair.ts';
import { randomModel } from './random-model.ts';
import { type RandomOperation, randomOperation } from './random-operation.ts';
import { type Found, reduced } from './reduce.ts';
import { served } from './served.ts';

export interface DifferentialOptions {
  /** How many operations are compared, over all splits. */
  readonly operations: number;
  readonly splits: number;
  /** Everything follows from it. */
  readonly seed: number;
  /** Who writes the operations; `both`: every fifth is IBM's. Our own if absent. */
  readonly generator?: Generator;
  /** The federated side is a real gateway in front of real servers. */
  readonly http?: boolean;
  /** So many ask each operation at once, each for answers of their own. One if absent. */
  readonly callers?: number;
  /** Splits are of every so manieth seed: then several runs can share them. 1 if absent. */
  readonly stride?: number;
  /** Where `fast-check` found a difference in the split of `seed`: all else is left out. */
  readonly path?: string;
  /** End at the first difference, and leave it as large as it is. */
  readonly untilDifference?: boolean;
  /** Puts a defect into the federated side, to see whether it is noticed. */
  readonly altered?: (pair: Pair) => Pair;
  /** Told of each difference when it is found. */
  readonly found?: (difference: Difference) => void;
  /** Told of each operation before it is asked. */
  readonly asking?: (asked: Asked) => void;
}

/** An operation that is asked next, and what came of those before. */
export interface Asked {
  readonly seed: number;
  readonly text: string;
  readonly counts: Omit<Tally, 'differences'>;
}

export type Generator = 'own' | 'ibm' | 'both';

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
  /** With the seed it leads `fast-check` to this operation again. */
  readonly path: string;
  readonly sdls: Readonly<Record<string, string>>;
  readonly operation: RandomOperation;
  readonly plan: string;
  readonly monolith: Outcome;
  readonly federated: Outcome;
}

/** What a tally begins with. */
export const nothing = { compared: 0, discarded: 0, splits: 0, uncomposed: 0 };

/** Compares the answers of both sides to random operations over random splits. */
export async function differential(options: DifferentialOptions): Promise<Tally> {
  const differences: Difference[] = [];
  const tally: Tally = { ...nothing, differences };
  const { splits, stride = 1 } = options;
  for (let seed = options.seed; tally.splits < splits; seed += stride) {
    const model = randomModel(seed);
    const pair = pairOf(model);
    if (typeof pair === 'string') {
      tally.uncomposed += 1;
      continue;
    }
    tally.splits += 1;
    const difference = await compareAll(model, pair, options, tally);
    if (difference === undefined) continue;
    differences.push(difference);
    options.found?.(difference);
    if (options.untilDifference) break;
  }
  return tally;
}

/** An operation is a list of decisions: with fewer and smaller ones it is plainer. */
const decisions = fc.array(fc.nat({ max: 2 ** 16 - 1 }), { maxLength: 400, size: 'max' });

const shares = { own: ['own'], ibm: ['ibm'], both: ['own', 'own', 'own', 'own', 'ibm'] } as const;

/** How long a split may take, shrinking included. */
const splitMs = 600_000;

async function compareAll(
  model: Model,
  local: Pair,
  options: DifferentialOptions,
  tally: Tally,
): Promise<Difference | undefined> {
  const { generator = 'own', untilDifference = false, path } = options;
  await using pair = options.http ? await served(local) : undefined;
  const { altered = (each: Pair) => each, callers = 1 } = options;
  const asked = altered(pair ?? local);
  const compared = callers > 1 ? crowded(asked, callers) : asked;
  const drawn = fc.tuple(fc.constantFrom(...shares[generator]), decisions);
  const writers = {
    own: (choices: Choices) => randomOperation(choices, local.schema),
    ibm: ibmWriter(local.schema),
  };
  const asking = ({ text }: RandomOperation): void => {
    const { differences: _, ...counts } = tally;
    options.asking?.({ seed: model.seed, text, counts });
  };
  const operationOf = ([writer, numbers]: readonly [keyof typeof writers, readonly number[]]) =>
    writers[writer](listed(numbers));
  const property = fc.asyncProperty(drawn, async (one) => {
    const operation = operationOf(one);
    if (!isValid(local, operation)) {
      tally.discarded += 1;
      return true;
    }
    asking(operation);
    tally.compared += 1;
    return isDeepStrictEqual(...(await both(compared, operation)));
  });
  const { counterexample, counterexamplePath } = await fc.check(property, {
    seed: model.seed,
    numRuns: Math.ceil(options.operations / options.splits),
    // Shrinking asks hundreds of times, which over HTTP takes minutes.
    endOnFailure: untilDifference || options.http === true,
    interruptAfterTimeLimit: splitMs,
    ...(path !== undefined && { path }),
  });
  if (counterexample === null) return undefined;
  const found: Found = { pair: compared, operation: operationOf(counterexample[0]) };
  const smaller = untilDifference ? found : await smallest(model, found, { altered, asking });
  // Awaited here, while the gateway is there.
  return await described(model.seed, counterexamplePath ?? '', smaller);
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

interface Asking {
  readonly altered: (pair: Pair) => Pair;
  readonly asking: (operation: RandomOperation) => void;
}

/**
 * What `fast-check` cannot: it knows the decisions, and not that a fragment may stand for what is
 * in it, nor that an operation stays what it is while its split gets smaller.
 */
async function smallest(model: Model, found: Found, { altered, asking }: Asking): Promise<Found> {
  const differs = async (pair: Pair, candidate: RandomOperation): Promise<boolean> => {
    asking(candidate);
    if (!isValid(pair, candidate)) return false;
    return !isDeepStrictEqual(...(await both(altered(pair), candidate)));
  };
  const local = pairOf(model);
  if (typeof local === 'string' || !(await differs(local, found.operation))) return found;
  const { pair, operation } = await reduced(model, found.operation, differs);
  return { pair: altered(pair), operation };
}

async function described(seed: number, path: string, found: Found): Promise<Difference> {
  const { pair, operation } = found;
  const [monolith, federated] = await both(pair, operation);
  const plan = await pair.plan(operation).catch(String);
  return { seed, path, sdls: pair.sdls, operation, plan, monolith, federated };
}
