import { describe, expect, test } from '@jest/globals';
import { seededLog } from '../../subgraphs/demo.ts';
import { startShipping } from '../../subgraphs/shipping/server.ts';
import { never } from './ask.ts';

const shipped = {
  orderId: 'o-1',
  status: 'ON_THE_WAY',
  carrier: 'POST',
  trackingNumber: 'POST-o-1',
  parcels: [
    {
      warehouseId: 'w-1',
      items: [
        { sku: 'BOOK-SEA', quantity: 2 },
        { sku: 'LAMP-ARC', quantity: 1 },
      ],
    },
  ],
};

const start = async () => startShipping({ log: await seededLog(never()) }, never());

describe('shipping', () => {
  test('answers the shipment of an order', async () => {
    await using shipping = await start();
    const response = await fetch(`${shipping.url}/shipments/o-1`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(shipped);
  });

  test('lists shipments, all or those of one status', async () => {
    await using shipping = await start();
    const list = async (query: string) => (await fetch(`${shipping.url}/shipments${query}`)).json();
    expect(await list('?status=ON_THE_WAY')).toEqual({ shipments: [shipped] });
    expect(await list('')).toMatchObject({
      shipments: [
        { orderId: 'o-1', status: 'ON_THE_WAY' },
        { orderId: 'o-2', status: 'PREPARING' },
        { orderId: 'o-3', status: 'PREPARING' },
        { orderId: 'o-4', status: 'PREPARING' },
        { orderId: 'o-5', status: 'CANCELLED' },
      ],
    });
  });

  test('answers HEAD like GET, without the body', async () => {
    await using shipping = await start();
    const response = await fetch(`${shipping.url}/shipments`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.each([
    ['GET', '/shipments/o-9', 404, 'There is no shipment of order o-9'],
    ['GET', '/parcels', 404, 'There is no such resource'],
    ['GET', '/shipments/o-1/parcels', 404, 'There is no such resource'],
    [
      'GET',
      '/shipments?status=LOST',
      400,
      'status must be one of PREPARING, ON_THE_WAY, CANCELLED',
    ],
    ['GET', '//', 400, 'The target is not a URL'],
    ['DELETE', '/shipments/o-1', 405, 'Shipments can only be read'],
  ])('answers %s %s with a problem of status %i', async (method, path, status, title) => {
    await using shipping = await start();
    const response = await fetch(shipping.url + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
    expect(await response.json()).toEqual({ status, title });
  });
});
