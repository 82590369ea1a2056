import graphPath from '@apollo/query-graphs/dist/graphPath.js';
import { PathTree } from '@apollo/query-graphs/dist/pathTree.js';
import type { QueryPlanner } from '@apollo/query-planner';
import type { PlanningEffort } from './planning-effort.ts';

const {
  advanceSimultaneousPathsWithOperation: advance,
  SimultaneousPathsWithLazyIndirectPaths: PathsTogether,
} = graphPath;
const { merge } = PathTree.prototype;

type Advance = typeof advance;
/** One way to a selection. It is of several paths where a type was split into others. */
type Option = Parameters<Advance>[1];

type Tree = PathTree<unknown>;

/** Options of fewer paths have few combinations. */
const fewPaths = 3;

/** Under which a planner's graph has its effort: what is replaced here serves every planner. */
const effortKey = Symbol('effort');

/**
 * Has `planner` tell `effort` of what it does.
 * `@apollo/query-planner` 2.14 keeps every path that leads to a field. Where subgraphs share fields
 * and types refer to each other, each level multiplies them; where it splits an interface into its
 * types, each path of one type is combined with each of the others. It knows a bound for the options
 * of one field (`pathsLimit`), none for their sum, nor for a product before it is made. Then it
 * compares up to 10,000 plans (`maxEvaluatedPlans`), however large they are.
 */
export function boundPlanner(planner: QueryPlanner, effort: PlanningEffort): void {
  Reflect.set(objectIn(planner, 'federatedQueryGraph'), effortKey, effort);
  const debug = objectIn(objectIn(planner, 'config'), 'debug');
  Object.defineProperty(debug, 'maxEvaluatedPlans', { get: () => effort.maxPlans });
  Reflect.set(graphPath, advance.name, advanceCounted);
  PathTree.prototype.merge = mergeCounted;
}

function advanceCounted(...[supergraph, option, selection, overrides]: Parameters<Advance>) {
  const effort = effortOf(option.paths[0]?.graph);
  const next = (from: Option) => advance(supergraph, from, selection, overrides);
  if (option.paths.length >= fewPaths) effort?.expect(combinations(option, next));
  return effort === undefined ? next(option) : effort.find(selection, () => next(option));
}

function mergeCounted(this: Tree, other: Tree) {
  effortOf(this.graph)?.merge();
  return merge.call(this, other);
}

function effortOf(graph: object | undefined): PlanningEffort | undefined {
  return graph === undefined ? undefined : Reflect.get(graph, effortKey);
}

/** How many paths will come of `option`, each of its own being combined with all of the others. */
function combinations(option: Option, next: (from: Option) => Option[] | undefined): number {
  let count = option.paths.length;
  for (const index of option.paths.keys()) {
    const options = next(alone(option, index));
    if (options === undefined) return 0;
    count *= Math.max(1, options.length);
  }
  return count;
}

/** One path of an option. What is found of the way on from it is kept for both. */
function alone(option: Option, index: number): Option {
  const one = new PathsTogether(
    option.paths.slice(index, index + 1),
    option.context,
    option.conditionResolver,
    option.excludedNonCollectingEdges,
    option.excludedConditionsOnNonCollectingEdges,
    option.overrideConditions,
  );
  one.indirectOptions = (context) => option.indirectOptions(context, index);
  return one;
}

/** A member that has no public type. */
function objectIn(planner: object, name: string): object {
  const member: unknown = Reflect.get(planner, name);
  if (typeof member === 'object' && member !== null) return member;
  throw new TypeError(`The planner has no ${name}`);
}
