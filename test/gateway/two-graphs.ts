import { Disposer } from '../../src/lib/disposer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { linked, startSubgraph } from '../harness/subgraph.ts';

export type GraphName = 'A' | 'B';

/** Asks both subgraphs, for an entity too, and the schema itself. */
export const query = '{ left right product { id price } __type(name: "Mark") { description } }';

/** Two supergraphs whose answers differ in every field, each with subgraphs of its own. */
export interface TwoGraphs extends AsyncDisposable {
  /** The SDL of one of them. */
  readonly sdl: Readonly<Record<GraphName, string>>;
  /** Lets go of the requests that the subgraphs remember, so that a long run does not collect them. */
  forget(): void;
}

/** What `query` is answered with when the answer is wholly of one supergraph. */
export function answerOf(graph: GraphName) {
  const product = { id: `id of ${graph}`, price: `price of ${graph}` };
  const data = { left: graph, right: graph, product, __type: { description: graph } };
  return { data };
}

/** Starts the four subgraphs and composes them in pairs. */
export async function twoGraphs(): Promise<TwoGraphs> {
  const disposer = new Disposer();
  const a = await graph('A', disposer);
  const b = await graph('B', disposer);
  return {
    sdl: { A: a.sdl, B: b.sdl },
    forget() {
      for (const { requests } of [...a.servers, ...b.servers]) requests.length = 0;
    },
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

async function graph(name: GraphName, disposer: Disposer) {
  const left = `type Query { left: String product: Product only${name}: Int }
    type Product @key(fields: "id") { id: String }
    "${name}" type Mark { nothing: Int }`;
  const right = `type Query { right: String mark: Mark @shareable }
    type Product @key(fields: "id") { id: String price: String }
    "${name}" type Mark { nothing: Int }`;
  const marked = (text: string) => text.replace('nothing: Int', 'nothing: Int @shareable');
  const servers = {
    left: disposer.use(
      await startSubgraph(marked(left), {
        Query: { left: () => name, product: () => ({ id: `id of ${name}` }) },
      }),
    ),
    right: disposer.use(
      await startSubgraph(marked(right), {
        Query: { right: () => name },
        Product: { price: () => `price of ${name}` },
      }),
    ),
  };
  const composition = compose([
    { name: 'left', sdl: linked(marked(left)), url: servers.left.url },
    { name: 'right', sdl: linked(marked(right)), url: servers.right.url },
  ]);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems, null, 2));
  return { sdl: composition.supergraphSdl, servers: [servers.left, servers.right] };
}
