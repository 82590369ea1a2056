import type { GatewayInput } from '../../src/config/schema.ts';
import { exposed, federate } from '../harness/federation.ts';
import { outcome } from '../harness/monolith.ts';
import type { SeenRequest } from '../harness/subgraph.ts';
import { unlimited } from '../harness/unlimited.ts';
import type { Pair } from './pair.ts';

/** A pair whose federated side is a real gateway in front of real servers. */
export interface ServedPair extends Pair, AsyncDisposable {}

/** Some random operations are larger than is usual or take seconds to plan; all are compared. */
const patient: GatewayInput = {
  graphql: {
    ...exposed.graphql,
    planning: { timeout: '2m' },
    limits: unlimited,
    subgraphs: { all: { headers: { request: [{ propagate: { named: 'authorization' } }] } } },
  },
  server: { timeouts: { request: '5m' } },
};

/**
 * One connection for each request: both ends share a thread here, which is at times too busy to
 * hear in time that the other has closed an idle one.
 */
const fresh = { connection: 'close' };

/** Puts the pair's subgraphs on ports of their own, and a gateway in front of them. */
export async function served(pair: Pair): Promise<ServedPair> {
  const subgraphs = Object.entries(pair.sdls).map(([name, sdl]) => {
    const server = pair.servers[name];
    if (server === undefined) throw new TypeError('Each subgraph of a pair has a server');
    return [
      name,
      {
        sdl,
        answer: ({ query, variables, headers }: SeenRequest) =>
          server(query, variables, pair.worldOf(headers.authorization ?? '')),
      },
    ] as const;
  });
  const federation = await federate({ subgraphs: Object.fromEntries(subgraphs), config: patient });
  return {
    ...pair,
    async federated({ text, variables }, caller) {
      const headers = { ...fresh, ...(caller !== undefined && { authorization: caller }) };
      const { body } = await federation.send(text, variables, headers);
      return outcome(body);
    },
    [Symbol.asyncDispose]: () => federation[Symbol.asyncDispose](),
  };
}
