import { cases } from './cases.ts';
import type { Figures, Result } from './measure.ts';

/** A figure that Gatehouse is to reach. */
export interface Goal {
  readonly text: string;
  /** What the results come to; undefined when they do not tell. */
  readonly value: number | undefined;
  readonly met: boolean;
}

interface Bound {
  readonly text: string;
  readonly case: string;
  readonly unlike: boolean;
  readonly value: (find: (contender: string) => Result | undefined) => number | undefined;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The connections at which goals are looked at. */
export const goalConnections = 50;

const bounds: readonly Bound[] = [
  cpuBound('one-field', 5),
  cpuBound('four-fetches', 5),
  cpuBound('nested', 7),
  {
    text: 'one-field: CPU, ours / floor',
    case: 'one-field',
    unlike: true,
    value: (find) => ratio(find, 'cpuMsPerRequest', 'gatehouse', 'floor'),
    atMost: 2.7,
  },
  {
    text: 'four-fetches: CPU, with limits and costs / without',
    case: 'four-fetches',
    unlike: true,
    value: (find) => ratio(find, 'cpuMsPerRequest', 'priced', 'unlimited'),
    atMost: 1.05,
  },
  {
    text: 'four-fetches: CPU, with layers round calls / without',
    case: 'four-fetches',
    unlike: true,
    value: (find) => ratio(find, 'cpuMsPerRequest', 'gatehouse', 'unguarded'),
    atMost: 1.05,
  },
  {
    text: 'four-fetches: CPU, with callers who prove who they are / without',
    case: 'four-fetches',
    unlike: true,
    value: (find) => ratio(find, 'cpuMsPerRequest', 'authenticated', 'gatehouse'),
    atMost: 1.1,
  },
  {
    text: 'nested, alike: throughput, ours / stock',
    case: 'nested',
    unlike: false,
    value: (find) => ratio(find, 'requestsPerSecond', 'gatehouse', 'stock'),
    atLeast: 20,
  },
  ...['one-field', 'four-fetches', 'nested'].map(latencyBound),
  ...cases.map(({ name }) => memoryBound(name, true)),
  ...cases.map(({ name }) => memoryBound(name, false)),
  fetchBound('stock', { atLeast: 16, atMost: 16 }),
  fetchBound('gatehouse', { atMost: 9 }),
];

/** How the results stand to the goals. */
export function goalsOf(results: readonly Result[]): readonly Goal[] {
  return bounds.map(({ text, case: name, unlike, value, atLeast = 0, atMost = Infinity }) => {
    const found = value((contender) =>
      results.find(
        (result) =>
          result.case === name &&
          result.unlike === unlike &&
          result.connections === goalConnections &&
          result.contender === contender,
      ),
    );
    const met = found !== undefined && found >= atLeast && found <= atMost;
    return { text: `${text}, ${limits(atLeast, atMost)}`, value: found, met };
  });
}

function cpuBound(name: string, atLeast: number): Bound {
  return {
    text: `${name}: CPU, stock / ours`,
    case: name,
    unlike: true,
    value: (find) => ratio(find, 'cpuMsPerRequest', 'stock', 'gatehouse'),
    atLeast,
  };
}

function latencyBound(name: string): Bound {
  return {
    text: `${name}: our p99 / stock's p50`,
    case: name,
    unlike: true,
    value: (find) => divided(find('gatehouse')?.median.p99Ms, find('stock')?.median.p50Ms),
    atMost: 1,
  };
}

function memoryBound(name: string, unlike: boolean): Bound {
  return {
    text: `${name}${unlike ? '' : ', alike'}: resident memory, ours / stock's`,
    case: name,
    unlike,
    value: (find) => ratio(find, 'residentMiB', 'gatehouse', 'stock'),
    atMost: 1,
  };
}

function fetchBound(contender: string, limit: Pick<Bound, 'atLeast' | 'atMost'>): Bound {
  return {
    text: `nested: subgraph requests of ${contender}, all equally slow`,
    case: 'nested',
    unlike: true,
    value: (find) => find(contender)?.alone.fetches,
    ...limit,
  };
}

function ratio(
  find: (contender: string) => Result | undefined,
  figure: keyof Figures,
  above: string,
  below: string,
): number | undefined {
  return divided(find(above)?.median[figure], find(below)?.median[figure]);
}

function divided(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || below === undefined ? undefined : above / below;
}

function limits(atLeast: number, atMost: number): string {
  if (atLeast === atMost) return `${atLeast}`;
  return atMost === Infinity ? `at least ${atLeast}` : `at most ${atMost}`;
}
