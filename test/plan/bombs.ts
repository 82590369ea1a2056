import { setTimeout as wait } from 'node:timers/promises';
import type { SubgraphDefinition } from '../harness/federation.ts';

const shared = 'id: ID! self: T @shareable other: T @shareable';
const resolvers = { T: { __resolveReference: () => ({ one: 1, two: 2, three: 3 }) } };

/** Three subgraphs with one type, each of which can go on where another is. */
export const entangled: Readonly<Record<string, SubgraphDefinition>> = {
  a: {
    sdl: `type Query { t: T } type T @key(fields: "id") { ${shared} one: Int }`,
    resolvers: { ...resolvers, Query: { t: () => ({ id: '1', one: 1 }) } },
  },
  b: { sdl: `type T @key(fields: "id") { ${shared} two: Int }`, resolvers },
  c: { sdl: `type T @key(fields: "id") { ${shared} three: Int }`, resolvers },
};

/** For operations that are to take their time. */
export const unhurried = { cpu: '20s', paths: Number.MAX_SAFE_INTEGER };

/**
 * An operation for `entangled` that doubles `depth` times. At 6 a planner needs a second or two, at
 * 12 more time and memory than anybody has.
 */
export function bomb(depth: number): string {
  const fragments = Array.from({ length: depth }, (_, level) => {
    const next = `{ ...A${level + 1} }`;
    return `fragment A${level} on T { a: self ${next} b: other ${next} }`;
  });
  return `{ t { ...A0 } } ${fragments.join(' ')} fragment A${depth} on T { two }`;
}

/** How long it took each time, in milliseconds, `ask` being called every 20 ms until `end`. */
export async function longestWhile(end: Promise<unknown>, ask: (n: number) => Promise<unknown>) {
  let over = false;
  const isOver = () => {
    over = true;
  };
  end.then(isOver, isOver);
  const asked: Promise<number>[] = [];
  while (!over) {
    asked.push(elapsed(() => ask(asked.length)));
    await wait(20);
  }
  return Math.max(...(await Promise.all(asked)));
}

/** How long `work` takes, in milliseconds. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
