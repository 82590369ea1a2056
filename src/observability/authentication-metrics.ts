import { Counter, type Registry } from 'prom-client';

/** Counts who was let in, and what providers were asked. Schemes are named as configured. */
export class AuthenticationMetrics {
  readonly #requests: Counter<'scheme' | 'outcome'>;
  readonly #asked: Counter<'scheme' | 'outcome'>;
  readonly #logins: Counter<'scheme' | 'outcome'>;
  readonly #refreshes: Counter<'scheme' | 'outcome'>;
  readonly #ends: Counter<'scheme' | 'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'gatehouse_authentication_total',
      help: 'Operations by the scheme that knew their credentials, and what became of these',
      labelNames: ['scheme', 'outcome'],
      registers,
    });
    this.#asked = new Counter({
      name: 'gatehouse_authentication_provider_requests_total',
      help: 'Requests to identity providers: for keys, or about a token or a user',
      labelNames: ['scheme', 'outcome'],
      registers,
    });
    this.#logins = new Counter({
      name: 'gatehouse_logins_total',
      help: 'Logins that came back from a provider, and what became of them',
      labelNames: ['scheme', 'outcome'],
      registers,
    });
    this.#refreshes = new Counter({
      name: 'gatehouse_session_refreshes_total',
      help: 'Exchanges of refresh tokens, and what became of them',
      labelNames: ['scheme', 'outcome'],
      registers,
    });
    this.#ends = new Counter({
      name: 'gatehouse_sessions_ended_total',
      help: 'Sessions that were ended, and why; those that nobody used end without a trace',
      labelNames: ['scheme', 'reason'],
      registers,
    });
  }

  /** An operation was accepted, refused, left anonymous, or could not be decided on. */
  authenticated(scheme: string, outcome: string): void {
    this.#requests.inc({ scheme, outcome });
  }

  asked(scheme: string, outcome: string): void {
    this.#asked.inc({ scheme, outcome });
  }

  loggedIn(scheme: string, outcome: string): void {
    this.#logins.inc({ scheme, outcome });
  }

  refreshed(scheme: string, outcome: string): void {
    this.#refreshes.inc({ scheme, outcome });
  }

  ended(scheme: string, reason: string, sessions: number): void {
    this.#ends.inc({ scheme, reason }, sessions);
  }
}
