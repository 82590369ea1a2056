import { readFile } from 'node:fs/promises';
import { ApolloGateway, type GraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { listen, ready } from './listen.ts';

// Apollo's own gateway in production mode, with its defaults.
// Arguments: the supergraph's file.

interface Context {
  readonly authorization: string;
}

const supergraphSdl = await readFile(process.argv[2] ?? '', 'utf8');
const gateway = new ApolloGateway({ supergraphSdl, buildService: forwarding });
const server = new ApolloServer<Context>({ gateway });
await server.start();

const url = await listen(async (body, request, response) => {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, `${value}`);
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? 'POST',
      headers,
      search: '',
      body: JSON.parse(body.toString()),
    },
    context: async () => ({ authorization: request.headers.authorization ?? '' }),
  });
  const text = answer.body.kind === 'complete' ? answer.body.string : '';
  answer.headers.set('content-length', `${Buffer.byteLength(text)}`);
  response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers));
  response.end(text);
});
ready({ url: `${url}/graphql` });

/** What its documentation shows for passing a client's header to the services. */
function forwarding({ url = '' }: { readonly url?: string | undefined }): GraphQLDataSource {
  return new RemoteGraphQLDataSource<Context>({
    url,
    willSendRequest({ request, context }) {
      request.http?.headers.set('authorization', context.authorization);
    },
  });
}
