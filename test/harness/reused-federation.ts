import type { RequestListener } from 'node:http';
import { afterAll } from '@jest/globals';
import {
  type Federation,
  type FederationOptions,
  federate,
  type SubgraphDefinition,
} from './federation.ts';
import { type Answer, answering } from './subgraph.ts';

/** What differs from test to test: the rest belongs to the gateway. */
type Changing = Pick<FederationOptions, 'subgraphs' | 'config'>;

/** A federation that was started, and what its subgraphs do now. */
interface Started {
  readonly key: string;
  readonly federation: Federation;
  readonly answers: Map<string, Answer>;
  readonly handlers: Map<string, RequestListener>;
}

/** Each has a planner's thread: few are enough where equal tests stand together. */
const mostKept = 3;

const kept: Started[] = [];
afterAll(() => disposeFirst(kept.length));

/**
 * As `federate`, for tests of how operations are answered: a gateway that an earlier test of the file
 * has disposed is taken again where its graph and its configuration are the same, as a start costs
 * ten times what such a test does. Resolvers are those of this test, requests and log are empty; what
 * else a gateway remembers is not: plans, metrics, breakers. A test of those takes `federate`.
 */
export async function federateReused(options: Changing): Promise<Federation> {
  const started = take(keyOf(options)) ?? (await start(options));
  for (const [name, { sdl, resolvers = {}, ...own }] of Object.entries(options.subgraphs)) {
    if (own.handler !== undefined) started.handlers.set(name, own.handler);
    else started.answers.set(name, own.answer ?? answering(sdl, resolvers));
  }
  return { ...started.federation, [Symbol.asyncDispose]: () => keep(started) };
}

/** A URL that is given is a server of the test: it differs, and so does the key. */
function keyOf({ subgraphs, config }: Changing): string {
  const graph = Object.entries(subgraphs).map(([name, { sdl, url, handler }]) => {
    return [name, sdl, url, handler !== undefined];
  });
  return JSON.stringify([graph, config]);
}

function take(key: string): Started | undefined {
  const at = kept.findIndex((started) => started.key === key);
  return at < 0 ? undefined : kept.splice(at, 1)[0];
}

async function start(options: Changing): Promise<Started> {
  const answers = new Map<string, Answer>();
  const handlers = new Map<string, RequestListener>();
  const subgraphs: Record<string, SubgraphDefinition> = {};
  for (const [name, { sdl, url, handler }] of Object.entries(options.subgraphs)) {
    subgraphs[name] = {
      sdl,
      ...(url !== undefined && { url }),
      ...(handler === undefined
        ? { answer: (request) => answers.get(name)?.(request) }
        : { handler: (request, response) => handlers.get(name)?.(request, response) }),
    };
  }
  const federation = await federate({ ...options, subgraphs });
  return { key: keyOf(options), federation, answers, handlers };
}

async function keep(started: Started): Promise<void> {
  started.federation.forget();
  kept.push(started);
  await disposeFirst(kept.length - mostKept);
}

async function disposeFirst(count: number): Promise<void> {
  const past = kept.splice(0, Math.max(count, 0));
  await Promise.all(past.map(({ federation }) => federation[Symbol.asyncDispose]()));
}
