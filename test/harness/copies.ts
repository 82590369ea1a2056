import type { RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GatewayInput } from '../../src/config/schema.ts';
import { Disposer } from '../../src/lib/disposer.ts';
import { type Federation, federate } from './federation.ts';
import { listen, type TestServer } from './listen.ts';

/** One of several servers that serve the same subgraph. */
export interface Copy extends TestServer {
  /** Operations that it was asked. */
  calls: number;
  /** Each answered as said here, until it is undefined again. */
  behave: RequestListener | undefined;
  /** Texts of the operations. */
  readonly asked: string[];
}

export const sdl = 'type Query { who: String } type Mutation { act: String }';

/** Starts a copy that answers all with its own name. */
export async function startCopy(name: string): Promise<Copy> {
  const server = await listen(async (request, response) => {
    const body = await text(request);
    if (copy.behave !== undefined && !body.includes('__typename}')) {
      copy.calls += 1;
      copy.behave(request, response);
      return;
    }
    const isCheck = body === '{"query":"{__typename}"}';
    if (!isCheck && request.method === 'POST') {
      copy.calls += 1;
      copy.asked.push(body);
    }
    answer(response, isCheck ? { __typename: 'Query' } : { who: name, act: name });
  });
  const copy: Copy = { ...server, calls: 0, behave: undefined, asked: [] };
  return copy;
}

export function answer(response: ServerResponse, data: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data }));
}

type SubgraphInput = NonNullable<NonNullable<GatewayInput['graphql']>['subgraphs']>[string];

export interface Copies extends AsyncDisposable {
  readonly copies: readonly Copy[];
  readonly federation: Federation;
  /** Who answers a query that no other shares; or the code of the error. */
  ask(headers?: Readonly<Record<string, string>>): Promise<string>;
  act(): Promise<string>;
}

/** A gateway in front of `count` copies of one subgraph, under the options for their addresses. */
export async function copies(
  count: number,
  options: (urls: readonly string[]) => object,
): Promise<Copies> {
  const disposer = new Disposer();
  try {
    const names = ['one', 'two', 'three', 'four', 'five', 'six'].slice(0, count);
    const all = await Promise.all(names.map(async (name) => disposer.use(await startCopy(name))));
    const who: SubgraphInput = options(all.map(({ url }) => url));
    const federation = disposer.use(
      await federate({
        subgraphs: { who: { sdl, url: all[0]?.url ?? '' } },
        config: { graphql: { subgraphs: { who } } },
      }),
    );
    let asked = 0;
    const send = async (operation: string, headers: Readonly<Record<string, string>> = {}) => {
      asked += 1;
      const { body } = await federation.send(`${operation.replace('$', `Q${asked}`)}`, {}, headers);
      return outcomeOf(body);
    };
    return {
      copies: all,
      federation,
      ask: (headers) => send('query $ { who }', headers),
      act: () => send('mutation $ { act }'),
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

interface Body {
  readonly data?: { readonly who?: string | null; readonly act?: string | null } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

function outcomeOf(body: unknown): string {
  const { data, errors } = body as Body;
  return data?.who ?? data?.act ?? errors?.[0]?.extensions?.code ?? 'nothing';
}

/** How often each outcome came. */
export function tally(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
