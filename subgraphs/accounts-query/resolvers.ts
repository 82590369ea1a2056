import { dateTime } from '../common/date-time.ts';
import { firstOf } from '../common/page.ts';
import { refusal } from '../common/refusal.ts';
import type { LoyaltyTier, Resolvers } from './generated.ts';
import type { AccountsView } from './projection.ts';

/** The customers as clients and other services read them. */
export function createResolvers(view: AccountsView): Resolvers {
  return {
    DateTime: dateTime(),
    Query: {
      account: (_, { id }) => view.account(id) ?? null,
      accounts: (_, { first }) => firstOf(view.accounts(), first),
    },
    Account: {
      // What the orders know comes with the reference and goes along to `tier`.
      __resolveReference: (reference) => {
        const account = view.account(reference.id);
        const spentMinor = reference.totalSpent?.amountMinor;
        return account === undefined ? null : { ...account, spentMinor };
      },
      tier: ({ spentMinor }) => {
        if (spentMinor === undefined) throw refusal('BAD_USER_INPUT', 'tier needs totalSpent');
        return tierOf(spentMinor);
      },
    },
  };
}

function tierOf(spentMinor: number): LoyaltyTier {
  if (spentMinor >= 20_000) return 'GOLD';
  return spentMinor >= 5_000 ? 'SILVER' : 'BASIC';
}
