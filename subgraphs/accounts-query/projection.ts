import type { AccountsEvent } from '../events/streams.ts';

/** One customer, as last told of. */
export interface AccountState {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly country: 'DE' | 'FR' | 'US';
  readonly riskScore: number;
  readonly memberSince: string;
}

/** An account on its way to a client. */
export interface AccountNode extends AccountState {
  /** In euro cents; known only where another service referred to the account with it. */
  readonly spentMinor?: number | undefined;
}

/** The shop's customers, as their events tell. */
export class AccountsView {
  readonly #accounts = new Map<string, AccountState>();

  apply({ accountId: id, name, email, country, riskScore, at }: AccountsEvent): void {
    this.#accounts.set(id, { id, name, email, country, riskScore, memberSince: at });
  }

  account(id: string): AccountState | undefined {
    return this.#accounts.get(id);
  }

  /** Oldest first. */
  accounts(): Iterable<AccountState> {
    return this.#accounts.values();
  }
}
