import type { IncomingMessage, ServerResponse } from 'node:http';
import createRouter from 'find-my-way';
import { GatewayError } from '../errors.ts';

/** Answers one request. It owns its path: it says itself which methods it allows. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Route {
  /** In find-my-way's syntax: `/graphql`, `/files/*`, `/items/:id`. */
  readonly path: string;
  readonly handler: Handler;
}

/** Finds the handler for a request's path; throws `NOT_FOUND` or `BAD_REQUEST` when none fits. */
export type RouteTable = (request: IncomingMessage) => Handler;

/** Builds a table that never changes; a reload builds another one and swaps it in whole. */
export function routeTable(routes: readonly Route[]): RouteTable {
  const router = createRouter({ querystringParser: () => ({}), onBadUrl: refuseBadUrl });
  for (const { path, handler } of routes) router.on('GET', path, handler);
  return (request) => {
    // Each route is registered once, under GET, and found so by every method.
    const found = router.find('GET', request.url ?? '/');
    if (found === null) throw new GatewayError('NOT_FOUND', 'Nothing is served at this path');
    return found.handler as Handler; // what `on` above took, or `refuseBadUrl`
  };
}

function refuseBadUrl(): never {
  throw new GatewayError('BAD_REQUEST', 'The path of the request is not validly encoded');
}
