import type { Caller, GatewayInput } from '../../src/index.ts';
import { type Federation, type FederationOptions, federate } from '../harness/federation.ts';

/** Who asks, as a header of these tests says it; without one, nobody knows. */
export interface TestCaller {
  readonly scope?: string | readonly string[];
  readonly scp?: readonly string[];
  readonly [claim: string]: unknown;
}

/** A gateway that believes what the header `x-caller` says. */
export interface AuthorizedFederation extends Federation {
  ask(
    query: string,
    caller?: TestCaller,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly data: unknown; readonly paths: readonly string[]; readonly body: Body }>;
  /** All that the subgraphs were asked since this was taken last, as text. */
  takeAsked(): string;
}

/** A GraphQL response as these tests read it. */
export interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly string[] }[];
  readonly extensions?: unknown;
}

/** Starts it with these options of `graphql`. */
export async function authorized(
  options: Omit<FederationOptions, 'config'> & {
    readonly graphql?: NonNullable<GatewayInput['graphql']>;
  },
): Promise<AuthorizedFederation> {
  const { graphql = {}, layers, ...rest } = options;
  const federation = await federate({
    ...rest,
    config: { graphql },
    layers: {
      ...layers,
      request: [
        (next) => (request, signal) => {
          const text = request.headers['x-caller'];
          if (text === undefined) return next(request, signal);
          const claims = JSON.parse(`${text}`) as Caller['claims'];
          return next({ ...request, caller: { claims } }, signal);
        },
      ],
    },
  });
  return {
    ...federation,
    takeAsked() {
      const requests = Object.values(federation.subgraphs).flatMap(({ requests: all }) => {
        return all.splice(0).map(({ query, variables }) => `${query} ${JSON.stringify(variables)}`);
      });
      return requests.join('\n');
    },
    async ask(query, caller, variables = {}) {
      const headers = caller && { 'x-caller': JSON.stringify(caller) };
      const body = (await federation.send(query, variables, headers)).body as Body;
      return { data: body.data, paths: (body.errors ?? []).map(pathOf), body };
    },
  };
}

function pathOf({ message, path = [] }: { message: string; path?: readonly string[] }): string {
  return message === 'Unauthorized field or type'
    ? path.join('.')
    : `${path.join('.')}: ${message}`;
}
