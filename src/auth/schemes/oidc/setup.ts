import type { LoginObserver, SchemeSetup } from '../../scheme.ts';
import type { SessionStore } from '../../sessions/store.ts';
import type { OidcOptions } from './options.ts';

/** What the parts of `oidc` are made with. */
export interface OidcSetup extends SchemeSetup {
  readonly observer: LoginObserver;
  readonly options: OidcOptions;
  readonly store: SessionStore;
}
