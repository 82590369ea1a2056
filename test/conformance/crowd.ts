import type { Outcome } from '../harness/monolith.ts';
import type { Pair } from './pair.ts';

/**
 * A pair that is asked by many callers at once, of which every two are one and the same person.
 * The outcome is that of all: nobody may get another's answer, whatever is shared on the way.
 */
export function crowded<Base extends Pair>(pair: Base, callers: number): Base {
  const names = Array.from({ length: callers }, (_, index) => `Caller ${index >> 1}`);
  const all = async (ask: (name: string) => Promise<Outcome>): Promise<Outcome> => {
    const outcomes = await Promise.all(names.map(ask));
    return {
      data: outcomes.map(({ data }) => data).join('\n'),
      errorPaths: outcomes.flatMap(({ errorPaths }, index) =>
        errorPaths.map((path) => `${names[index]}: ${path}`),
      ),
    };
  };
  return {
    ...pair,
    monolith: (operation) => all((name) => pair.monolith(operation, name)),
    federated: (operation) => all((name) => pair.federated(operation, name)),
  };
}
