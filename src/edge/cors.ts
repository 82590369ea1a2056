import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../context.ts';
import type { CorsOptions } from './cors-options.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Tells browsers which pages of other origins may use an endpoint: Fetch Standard, section 3.2. A
 * page that may not is told nothing, and its browser keeps the reply from it.
 */
export class Cors {
  readonly #options: CorsOptions;
  /** Undefined where every origin will do. */
  readonly #origins: RegExp | undefined;
  readonly #methods: string;

  /** `methods` are those of the endpoint, as in `Allow`. */
  constructor(options: CorsOptions, methods: string) {
    const { origins } = options;
    this.#options = options;
    this.#methods = methods;
    this.#origins = origins.includes('*')
      ? undefined
      : new RegExp(`^(?:${origins.map(patternOf).join('|')})$`);
  }

  /** The headers of an answer to `OPTIONS`, which is no request of the page itself. */
  preflight(headers: IncomingHttpHeaders): Headers {
    const common = this.#headersFor(headers);
    const asked = headers['access-control-request-method'];
    if (asked === undefined || common['access-control-allow-origin'] === undefined) return common;
    const { headers: allowed, maxAge, privateNetwork } = this.#options;
    const wanted = allowed?.join(', ') ?? headers['access-control-request-headers'];
    const isPrivate = headers['access-control-request-private-network'] === 'true';
    return {
      ...common,
      vary: [common['vary'], 'Access-Control-Request-Headers'].filter(Boolean).join(', '),
      'access-control-allow-methods': this.#methods,
      ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
      'access-control-max-age': `${Math.floor(maxAge / 1_000)}`,
      ...(privateNetwork && isPrivate && { 'access-control-allow-private-network': 'true' }),
    };
  }

  /** The reply as it goes out to `headers.origin`. */
  on(reply: Reply, headers: IncomingHttpHeaders): Reply {
    const { exposed } = this.#options;
    const own = this.#headersFor(headers);
    const isTold = own['access-control-allow-origin'] !== undefined && exposed.length > 0;
    const vary = [reply.headers['vary'], own['vary']].flat().filter(Boolean).join(', ');
    return {
      ...reply,
      headers: {
        ...reply.headers,
        ...own,
        ...(vary !== '' && { vary }),
        ...(isTold && { 'access-control-expose-headers': exposed.join(', ') }),
      },
    };
  }

  /** Whether pages of this origin may send what they like with their user's cookies. */
  trusts(origin: string): boolean {
    return this.#options.credentials && this.#origins?.test(origin.toLowerCase()) === true;
  }

  /** Caches are to keep what they have for one origin from another, also where none is told. */
  #headersFor({ origin }: IncomingHttpHeaders): Headers {
    if (this.#origins === undefined) {
      return origin === undefined ? {} : { 'access-control-allow-origin': '*' };
    }
    const vary = { vary: 'Origin' };
    if (origin === undefined || !this.#origins.test(origin.toLowerCase())) return vary;
    const credentials = this.#options.credentials && {
      'access-control-allow-credentials': 'true',
    };
    return { ...vary, 'access-control-allow-origin': origin, ...credentials };
  }
}

/** A star is one or more names: in none of them is a dot, so that nothing is tried twice. */
function patternOf(origin: string): string {
  const literal = origin.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return literal.replace(String.raw`\*\.`, String.raw`(?:[a-z0-9_-]+\.)+`);
}
