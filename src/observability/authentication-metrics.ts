import { Counter, type Registry } from 'prom-client';

/** Counts who was let in, and what providers were asked. Schemes are named as configured. */
export class AuthenticationMetrics {
  readonly #requests: Counter<'scheme' | 'outcome'>;
  readonly #asked: Counter<'scheme' | 'outcome'>;

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
  }

  /** An operation was accepted, refused, left anonymous, or could not be decided on. */
  authenticated(scheme: string, outcome: string): void {
    this.#requests.inc({ scheme, outcome });
  }

  asked(scheme: string, outcome: string): void {
    this.#asked.inc({ scheme, outcome });
  }
}
