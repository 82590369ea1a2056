import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GatewayInput } from '../../src/config/schema.ts';
import { type ClientReply, type Federation, federate } from '../harness/federation.ts';
import { listen, type TestServer } from '../harness/listen.ts';
import { federateReused } from '../harness/reused-federation.ts';

const accounts = {
  sdl: `
    type Query { me: User! }
    type User @key(fields: "id") { id: ID! name: String! }
  `,
  resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } },
};

const profiles = `
  type Query { motto: String }
  type User @key(fields: "id") { id: ID! bio: String }
`;

/** A healthy subgraph, and `profiles`, which the gateway calls at `url`. */
export function withProfilesAt(
  url: string,
  config: NonNullable<GatewayInput['graphql']> = {},
): Promise<Federation> {
  return federate({
    subgraphs: { accounts, profiles: { sdl: profiles, url } },
    config: { graphql: { ...config } },
  });
}

/**
 * A healthy subgraph, and a `profiles` that does this. Gateways are used again: no breaker keeps in
 * mind what earlier tests did.
 */
export function withProfiles(handler: RequestListener): Promise<Federation> {
  return federateReused({
    subgraphs: { accounts, profiles: { sdl: profiles, handler } },
    config: { graphql: { subgraphs: { all: { breaker: { enabled: false } } } } },
  });
}

/** Needs `profiles` twice: for a root field, and for an entity of `accounts`. */
export const twice = '{ me { name bio } motto }';

/** All that a client reads when `profiles` failed so: what came from elsewhere, an error a path. */
export function lost(message: string, code: string, extensions: object = {}): object {
  const detail = { code, service: 'profiles', ...extensions };
  return {
    data: { me: { name: 'Ada', bio: null }, motto: null },
    errors: [
      { message: `profiles ${message}`, path: ['me', 'bio'], extensions: detail },
      { message: `profiles ${message}`, path: ['motto'], extensions: detail },
    ],
  };
}

/** What a client may compare: the status and the body. */
export function seen({ status, body }: ClientReply): object {
  return { status, body };
}

/** The body of a request that asks for entities, rather than for the root field. */
export function asksForEntities(body: string): boolean {
  return body.includes('_entities');
}

/** Whole answers of a healthy `profiles`. */
export const healthy = {
  root: '{"data":{"motto":"onwards"}}',
  entities: '{"data":{"_entities":[{"bio":"mathematician"}]}}',
};

/** What `twice` comes to when nothing fails. */
export const whole = { data: { me: { name: 'Ada', bio: 'mathematician' }, motto: 'onwards' } };

/** A server that is `profiles`, but for what `change` does to its answers. */
export function profilesServer(change?: Change): Promise<TestServer> {
  return listen(changed(change));
}

/** What is done with an answer of a healthy `profiles`. */
type Change = (answer: string, ...args: Parameters<RequestListener>) => void;

const unchanged: Change = (answer, _request, response) => void response.end(answer);

/** Answers as `profiles` does, but for what `change` does to it. */
export function changed(change = unchanged): RequestListener {
  return async (request, response) => {
    const body = await text(request);
    change(asksForEntities(body) ? healthy.entities : healthy.root, request, response);
  };
}
