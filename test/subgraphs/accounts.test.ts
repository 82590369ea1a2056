import { describe, expect, test } from '@jest/globals';
import { startSubgraph } from '../../subgraphs/demo.ts';
import { ask, never } from './ask.ts';

describe('accounts-query', () => {
  test('answers accounts in the order in which they were opened', async () => {
    await using accounts = await startSubgraph('accounts-query', {}, never());
    const query =
      '{ accounts(first: 2) { id name country memberSince } none: account(id: "x") { id } }';
    expect(await ask(accounts.url, query)).toEqual({
      data: {
        accounts: [
          { id: 'a-1', name: 'Mira Lang', country: 'DE', memberSince: '2025-03-01T09:00:00.000Z' },
          {
            id: 'a-2',
            name: 'Jules Petit',
            country: 'FR',
            memberSince: '2025-06-15T12:30:00.000Z',
          },
        ],
        none: null,
      },
    });
  });

  test('reckons the tier from what the orders say was spent', async () => {
    await using accounts = await startSubgraph('accounts-query', {}, never());
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Account { name riskScore tier } }
    }`;
    const account = (amountMinor: number) => ({
      __typename: 'Account',
      id: 'a-3',
      totalSpent: { amountMinor },
    });
    const representations = [0, 4_999, 5_000, 19_999, 20_000].map(account);
    const sam = { name: 'Sam Carter', riskScore: 80 };
    expect(await ask(accounts.url, query, { representations })).toEqual({
      data: {
        _entities: [
          { ...sam, tier: 'BASIC' },
          { ...sam, tier: 'BASIC' },
          { ...sam, tier: 'SILVER' },
          { ...sam, tier: 'SILVER' },
          { ...sam, tier: 'GOLD' },
        ],
      },
    });
  });
});
