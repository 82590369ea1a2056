import type { ShipmentsView } from './shipments.ts';

/** An answer in JSON; a failure is a problem document (RFC 9457). */
export interface RestReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const statuses: ReadonlySet<string> = new Set(['PREPARING', 'ON_THE_WAY', 'CANCELLED']);

/**
 * `GET /shipments`, optionally with `?status=PREPARING`, and `GET /shipments/:orderId`.
 * `HEAD` works like `GET`.
 */
export function answerRest(view: ShipmentsView, method: string, target: string): RestReply {
  const url = URL.parse(target, 'http://shipping');
  if (url === null) return problem(400, 'The target is not a URL');
  const [, root, orderId, ...rest] = url.pathname.split('/');
  if (root !== 'shipments' || rest.length > 0) return problem(404, 'There is no such resource');
  if (method !== 'GET' && method !== 'HEAD') {
    return problem(405, 'Shipments can only be read', { allow: 'GET, HEAD' });
  }
  if (orderId === undefined) return listShipments(view, url.searchParams.get('status'));
  const shipment = view.shipment(orderId);
  if (shipment === undefined) return problem(404, `There is no shipment of order ${orderId}`);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: shipment };
}

function listShipments(view: ShipmentsView, status: string | null): RestReply {
  if (status !== null && !statuses.has(status)) {
    return problem(400, `status must be one of ${[...statuses].join(', ')}`);
  }
  const shipments = view.shipments().filter((one) => one.status === (status ?? one.status));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: { shipments } };
}

function problem(
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): RestReply {
  const type = { 'content-type': 'application/problem+json' };
  return { status, headers: { ...type, ...headers }, body: { status, title } };
}
