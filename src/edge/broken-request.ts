import { GatewayError } from '../errors.ts';

/** What a connection is told that sent no HTTP, too much of it, or sent it too slowly. */
export function brokenRequest(error: NodeJS.ErrnoException): GatewayError {
  const options = { cause: error };
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError(
        'HEADERS_TOO_LARGE',
        'The headers are too large or too many',
        options,
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new GatewayError('PAYLOAD_TOO_LARGE', 'The chunk extensions are too large', options);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('REQUEST_TIMEOUT', 'The request took too long to arrive', options);
    default:
      return new GatewayError('BAD_REQUEST', 'The request is not valid HTTP', options);
  }
}
