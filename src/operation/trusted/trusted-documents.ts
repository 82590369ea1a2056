import { hash } from 'node:crypto';
import type { GraphQLRequest } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import type { TrustedDocumentMetrics } from '../../observability/trusted-document-metrics.ts';
import type { Documents } from '../documents.ts';
import { refuseExceeded } from '../limits/exceeded.ts';
import type { OperationLimits } from '../limits/limits.ts';
import { isSha256 } from '../persisted-queries.ts';
import { shortened } from '../told-errors.ts';
import { clientNameOf, documentIdOf } from './document-id.ts';
import type { TrustedDocumentsOptions } from './options.ts';
import type { Judgement, TrustedList } from './trusted-list.ts';

/** Finds the text of a request that names no trusted document: as sent, or persisted. */
export type TextOf = (request: GraphQLRequest) => string;

/** What a request is to run, and where that is checked. */
export interface Found {
  readonly text: string;
  /** Undefined for a text that is checked like any other. */
  readonly documents: Documents | undefined;
}

export interface TrustedDocumentsSetup {
  readonly mode: TrustedDocumentsOptions['mode'];
  /** The list as it is now. */
  readonly list: () => TrustedList;
  /** Checks what is asked for by its id; undefined where that is checked like any other text. */
  readonly documents: Documents | undefined;
  /** Whether a SHA-256 that is not listed may be that of an automatic persisted query. */
  readonly persistedQueries: boolean;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  readonly limits: OperationLimits;
  readonly metrics: TrustedDocumentMetrics;
}

/** Longest text of a document that is told in the log, in characters. */
const longestTold = 1_000;

/** Documents that are known beforehand: clients ask for them by an id, and may have to. */
export class TrustedDocuments {
  readonly #setup: TrustedDocumentsSetup;

  constructor(setup: TrustedDocumentsSetup) {
    this.#setup = setup;
  }

  /** The text of a request, by its id or as `textOf` has it; throws for one that may not be run. */
  find(request: GraphQLRequest, textOf: TextOf): Found {
    const id = documentIdOf(request);
    if (id === undefined) return this.#ofText(request, textOf);
    if (request.query === undefined) {
      return this.#listed(id, request) ?? this.#persisted(id, request, textOf);
    }
    const mayRegister = this.#setup.persistedQueries && request.documentId === undefined;
    if (mayRegister) return this.#ofText(request, textOf);
    this.#setup.metrics.request('refused');
    const message = 'A request has the id of a document, or a text: not both';
    throw new GatewayError('CANNOT_SEND_PQ_ID_AND_BODY', message);
  }

  #listed(id: string, { headers, log }: GraphQLRequest): Found | undefined {
    const { list, documents, metrics } = this.#setup;
    const text = list().find(id, clientNameOf(headers));
    if (text === undefined) return undefined;
    metrics.request('found');
    log.note({ trustedDocument: id });
    return { text, documents };
  }

  /** It may still be the hash of a text that a client has registered. */
  #persisted(id: string, request: GraphQLRequest, textOf: TextOf): Found {
    const { persistedQueries, metrics } = this.#setup;
    const isHash = persistedQueries && request.documentId === undefined && isSha256(id);
    if (isHash) return this.#ofText(request, textOf);
    metrics.request('not_found');
    request.log.note({ documentId: shortened(id), client: toldClient(request) });
    const message = 'There is no document with this id in the list of trusted documents';
    // A cache must not keep it: the document may be listed a moment later.
    const headers = { 'cache-control': 'no-store' };
    throw new GatewayError('PERSISTED_QUERY_NOT_IN_LIST', message, { headers });
  }

  #ofText(request: GraphQLRequest, textOf: TextOf): Found {
    const text = textOf(request);
    const { mode, list, introspection } = this.#setup;
    if (mode === 'open') return { text, documents: undefined };
    if (mode === 'idOnly' && !introspection) return this.#refuse(mode);
    const judgement = list().judge(text, this.#refuseLong);
    if (introspection && judgement.isIntrospection) return { text, documents: undefined };
    if (mode === 'idOnly') return this.#refuse(mode);
    return this.#compared(judgement, mode, request);
  }

  /** A listed text is run as it is listed: all its spellings are one document. */
  #compared(
    { listed, sent }: Judgement,
    mode: 'audit' | 'safelist',
    request: GraphQLRequest,
  ): Found {
    const { metrics } = this.#setup;
    if (mode === 'safelist' && listed === undefined) return this.#refuse(mode);
    metrics.request(listed === undefined ? 'unlisted' : 'found');
    if (listed === undefined) tellUnlisted(sent, request);
    return { text: mode === 'safelist' ? (listed ?? sent) : sent, documents: undefined };
  }

  #refuse(mode: 'safelist' | 'idOnly'): never {
    this.#setup.metrics.request('refused');
    if (mode === 'safelist') {
      const message = 'The document is not in the list of trusted documents';
      throw new GatewayError('QUERY_NOT_IN_SAFELIST', message);
    }
    const message = 'Documents are asked for by their id: texts are not accepted';
    throw new GatewayError('PERSISTED_QUERY_ID_REQUIRED', message);
  }

  /** Before a text is read: it may be of any length. */
  readonly #refuseLong = (text: string): void => {
    refuseExceeded(this.#setup.limits.ofText(text));
  };
}

function tellUnlisted(text: string, request: GraphQLRequest): void {
  const { operationName = '', log } = request;
  const fields = {
    hash: hash('sha256', text, 'hex'),
    text: text.slice(0, longestTold),
    operationName: shortened(operationName),
    client: toldClient(request),
  };
  log.warn(fields, 'A text was sent that is not a trusted document');
}

function toldClient({ headers }: GraphQLRequest): string {
  return shortened(clientNameOf(headers) ?? '');
}
