import type { IncomingHttpHeaders } from 'node:http';

/** An HTTP answer whose status says that it failed. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;

  constructor(status: number, headers: IncomingHttpHeaders, options?: ErrorOptions) {
    super(`HTTP status ${status}`, options);
    this.status = status;
    this.headers = headers;
  }
}
