import { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** A rule in CEL that says yes or no of a request. It throws where a rule cannot tell. */
export type Rule = (facts: RuleFacts) => boolean;

/** What rules know. */
export interface RuleFacts {
  readonly caller: Readonly<Record<string, unknown>>;
  readonly operation: Readonly<Record<string, unknown>>;
  readonly request: Readonly<Record<string, unknown>>;
}

/** With these, what one rule may take is some ten thousand steps for lists of a hundred. */
const limits = { maxAstNodes: 500, maxDepth: 50, maxListElements: 200, maxCallArguments: 16 };
const deepestLoops = 2;

const environment = new Environment({ limits })
  .registerVariable('caller', 'map')
  .registerVariable('operation', 'map')
  .registerVariable('request', 'map');

/** Reads a rule; the `Error` of one that cannot be used says why. */
export function readRule(text: string): Rule | Error {
  try {
    const { valid, type, error } = environment.check(text);
    if (!valid) return new Error(firstLine(error?.message ?? 'It cannot be read'));
    if (type !== 'bool' && type !== 'dyn') return new Error(`It gives ${type}, not a bool`);
    const evaluate = environment.parse(text);
    if (loopsIn(evaluate.ast) > deepestLoops) return new Error('It has loops within loops');
    return (facts) => evaluate({ ...facts }) === true;
  } catch (cause) {
    return new Error(firstLine(cause instanceof Error ? cause.message : String(cause)), { cause });
  }
}

const loops: ReadonlySet<unknown> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** How many loops are within each other at most. */
function loopsIn(node: ASTNode | unknown): number {
  if (Array.isArray(node)) return Math.max(0, ...node.map(loopsIn));
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return 0;
  const isLoop = node.op === 'rcall' && Array.isArray(node.args) && loops.has(node.args[0]);
  return (isLoop ? 1 : 0) + loopsIn(node.args);
}

/** What follows shows the place in the rule, over several lines. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
