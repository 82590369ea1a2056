import type { IncomingMessage, ServerResponse } from 'node:http';
import { Disposer } from '../../src/lib/disposer.ts';
import { listen } from '../common/listen.ts';
import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { answerRest } from './routes.ts';
import { ShipmentsView } from './shipments.ts';

/** The REST service that answers where an order is. Disposing it ends its connections. */
export interface RunningShipping extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a path. */
  readonly url: string;
}

/** Starts the REST service that answers where an order is. */
export async function startShipping(
  { log, port = 0, projectionLagMs = 0 }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningShipping> {
  const owned = new Disposer();
  try {
    const view = new ShipmentsView();
    const projection = owned.use(new Projection(log, projectionLagMs));
    await projection.follow('orders', (event) => view.apply(event), signal);
    const listener = owned.use(await listen((...call) => send(view, ...call), port, signal));
    return { url: listener.origin, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() };
  } catch (failure) {
    await owned[Symbol.asyncDispose]();
    throw failure;
  }
}

function send(view: ShipmentsView, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answerRest(view, request.method ?? 'GET', request.url ?? '/');
  // HEAD has the headers of GET; Node leaves the body out.
  response.writeHead(status, headers).end(JSON.stringify(body));
  request.resume();
}
