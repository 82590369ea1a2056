import { unlimited } from '../test/harness/unlimited.ts';

/** What Gatehouse is given under `graphql`, where its defaults are not what is measured. */
export const settings: Readonly<Record<string, object>> = {
  /** Without limits on operations, and without costs. */
  unlimited: { limits: unlimited },
  /** With all limits on operations, which are on by default, and costs that are enforced and told. */
  priced: {
    cost: {
      mode: 'enforce',
      max: 1_000_000,
      headers: true,
      subgraphs: { all: { max: 1_000_000 } },
    },
  },
  /** Without what keeps subgraphs from harm; their calls are passed the same header as others'. */
  unguarded: {
    subgraphs: {
      all: {
        headers: { request: [{ propagate: { named: 'authorization' } }] },
        retry: { max: 0 },
        breaker: { enabled: false },
        concurrency: { max: 65_535, queue: 65_535 },
      },
    },
  },
};
