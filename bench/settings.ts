import { unlimited } from '../test/harness/unlimited.ts';
import { issuer, keysFile } from './caller.ts';

/** What Gatehouse is given where its defaults are not what is measured. */
export interface Settings {
  readonly graphql: object;
  readonly auth?: object;
  /** Whether the supergraph has fields that not everybody may see. */
  readonly isGuarded?: boolean;
}

export const settings: Readonly<Record<string, Settings>> = {
  /** Without limits on operations, and without costs. */
  unlimited: { graphql: { limits: unlimited } },
  /** With all limits on operations, which are on by default, and costs that are enforced and told. */
  priced: {
    graphql: {
      cost: {
        mode: 'enforce',
        max: 1_000_000,
        headers: true,
        subgraphs: { all: { max: 1_000_000 } },
      },
    },
  },
  /** With callers that prove who they are, and a supergraph that asks for it. */
  authenticated: {
    graphql: { auth: { schemes: ['bench'], require: true } },
    auth: { bench: { jwt: { issuer, keys: { file: keysFile } } } },
    isGuarded: true,
  },
  /** Without what keeps subgraphs from harm; their calls are passed the same header as others'. */
  unguarded: {
    graphql: {
      subgraphs: {
        all: {
          headers: { request: [{ propagate: { named: 'authorization' } }] },
          retry: { max: 0 },
          breaker: { enabled: false },
          concurrency: { max: 65_535, queue: 65_535 },
        },
      },
    },
  },
};
