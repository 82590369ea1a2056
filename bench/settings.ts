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
};
