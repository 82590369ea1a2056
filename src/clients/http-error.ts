/** Why a request got no answer. */
export type HttpFailure =
  | 'refused'
  | 'unresolved'
  | 'connect-timeout'
  | 'certificate'
  | 'reset'
  | 'not-http'
  | 'too-large'
  | 'encoding'
  | 'failed';

/** A request that got no answer, or none that could be read; `cause` has the details. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, cause?: unknown) {
    super(`The request failed: ${failure}`, { cause });
    this.failure = failure;
  }
}

const byCode: Readonly<Record<string, HttpFailure>> = {
  ECONNREFUSED: 'refused',
  // Of a Unix socket that is not there.
  ENOENT: 'refused',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not-http',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  ERR_BUFFER_TOO_LARGE: 'too-large',
};

/** Sorts what `undici` threw. */
export function failureOf(thrown: unknown): HttpFailure {
  if (typeof thrown !== 'object' || thrown === null) return 'failed';
  if ('name' in thrown && thrown.name === 'HTTPParserError') return 'not-http';
  const code = codeOf(thrown);
  const known = byCode[code];
  if (known !== undefined) return known;
  if (/CERT|TLS|SSL|ISSUER|SIGN/.test(code)) return 'certificate';
  return /^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code) ? 'encoding' : 'failed';
}

/** Happy eyeballs fail together: then the first address's reason stands for all. */
function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'errors' in thrown && Array.isArray(thrown.errors) ? codeOf(thrown.errors[0]) : '';
}
