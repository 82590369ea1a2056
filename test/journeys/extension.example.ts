import {
  type ApolloPlugin,
  createGateway,
  type Gateway,
  type GatewayConfig,
  GatewayError,
  type GraphQLRequest,
  type Layer,
  type Reply,
  type Scheme,
  type SubgraphAnswer,
  type SubgraphRequest,
} from '../../src/index.ts';

/** Closes the shop for maintenance: no operation gets any further. */
export function closable(isClosed: () => boolean): Layer<GraphQLRequest, Reply> {
  return (next) => async (request, signal) => {
    if (isClosed()) throw new GatewayError('SERVICE_UNAVAILABLE', 'The shop is closed');
    return next(request, signal);
  };
}

/** Signs what is sent to subgraphs, each call anew. */
export function signed(sign: (text: string) => string): Layer<SubgraphRequest, SubgraphAnswer> {
  return (next) => (request, signal) => {
    const headers = { ...request.headers, 'x-signature': sign(request.query) };
    return next({ ...request, headers }, signal);
  };
}

/** Knows the machines of the shop by a header that only their own network can send. */
export const machines: Scheme = {
  challenge: 'Machine realm="shop"',
  authenticate({ headers, clientAddress }) {
    const name = headers['x-machine'];
    if (typeof name !== 'string') return undefined;
    if (clientAddress.startsWith('127.')) return { subject: name, claims: { sub: name } };
    throw new GatewayError('UNAUTHENTICATED', 'No machine of the shop is there');
  },
};

/** Refuses operations without a name, and tells clients how many errors they got. */
export const named: ApolloPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operationName }) {
        if (operationName === null) throw new GatewayError('BAD_REQUEST', 'Name your operations');
      },
      async willSendResponse({ response, errors = [] }) {
        response.http.headers.set('x-errors', String(errors.length));
      },
    };
  },
};

/** A gateway with all of them; `graphql.auth` of the configuration names `machines`. */
export function shopGateway(config: GatewayConfig, isClosed: () => boolean): Promise<Gateway> {
  return createGateway({
    config,
    layers: {
      request: [closable(isClosed)],
      subgraph: [signed((text) => `${text.length}`)],
    },
    schemes: { machines },
    apolloPlugins: [named],
  });
}
