import { Counter, type Registry } from 'prom-client';

/** What became of a request where documents are trusted. */
export type TrustedDocumentOutcome =
  /** Its id is listed, or its text where that is asked. */
  | 'found'
  /** Its id is not. */
  | 'not_found'
  /** Its text is not listed, and is served all the same. */
  | 'unlisted'
  /** Its text is refused. */
  | 'refused';

/** What is counted of trusted documents. */
export class TrustedDocumentMetrics {
  readonly #requests;

  constructor(registry: Registry) {
    this.#requests = new Counter({
      name: 'gatehouse_trusted_document_requests_total',
      help: 'Requests for trusted documents, by what became of them',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  request(outcome: TrustedDocumentOutcome): void {
    this.#requests.inc({ outcome });
  }
}
