import { describe, expect, test } from '@jest/globals';
import { AdminListener, type AdminSetup, type Readiness } from '../../src/edge/admin.ts';
import { rawClient } from './raw-client.ts';

const metrics: AdminSetup['metrics'] = async () => ({
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  text: 'up 1\n',
});

async function adminListener(setup: Partial<AdminSetup> = {}) {
  const admin = new AdminListener({ readiness: () => ({ status: 'ready' }), metrics, ...setup });
  await admin.start({ host: '127.0.0.1', port: 0 });
  return Object.assign(admin, { url: `http://127.0.0.1:${admin.port}` });
}

function refusal(code: string, message: string) {
  return { error: { code, message } };
}

describe('health', () => {
  test('a process that runs is live, whatever else', async () => {
    await using admin = await adminListener({ readiness: () => ({ status: 'starting' }) });
    const response = await fetch(`${admin.url}/health/live`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('{"status":"live"}');
  });

  test('readiness follows the gateway', async () => {
    let state: Readiness = { status: 'starting', reasons: ['no supergraph'] };
    await using admin = await adminListener({ readiness: () => state });
    const ask = async () => {
      const response = await fetch(`${admin.url}/health/ready`);
      return [response.status, await response.text()];
    };
    expect(await ask()).toEqual([503, '{"status":"starting","reasons":["no supergraph"]}']);
    state = { status: 'ready' };
    expect(await ask()).toEqual([200, '{"status":"ready"}']);
    state = { status: 'draining' };
    expect(await ask()).toEqual([503, '{"status":"draining"}']);
  });
});

describe('metrics', () => {
  test('are given as they are', async () => {
    await using admin = await adminListener();
    const response = await fetch(`${admin.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('up 1\n');
  });

  test('that fail tell nothing', async () => {
    await using admin = await adminListener({ metrics: () => Promise.reject(new Error('secret')) });
    const response = await fetch(`${admin.url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual(
      refusal('INTERNAL_SERVER_ERROR', 'Internal Server Error'),
    );
  });
});

describe('what is not served', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/health'],
    ['POST', '/secret?token=1'],
    ['GET', '/health/live/'],
  ])('%s %s is 404', async (method, path) => {
    await using admin = await adminListener();
    const headers = { 'content-type': 'text/x-secret' };
    const response = await fetch(admin.url + path, { method, headers });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual(refusal('NOT_FOUND', 'Not Found'));
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is 405', async (method) => {
    await using admin = await adminListener();
    const init = method === 'OPTIONS' ? { method } : { method, body: 'x' };
    const response = await fetch(`${admin.url}/metrics?x=1`, init);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toEqual(refusal('METHOD_NOT_ALLOWED', 'Method Not Allowed'));
  });

  test('HEAD is answered without a body', async () => {
    await using admin = await adminListener();
    const response = await fetch(`${admin.url}/metrics`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('a path that is not validly encoded is not repeated', async () => {
    await using admin = await adminListener();
    const response = await fetch(`${admin.url}/secret%c3%28`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(refusal('BAD_REQUEST', 'Bad Request'));
  });

  test('what is no HTTP is refused, and the next request is served', async () => {
    await using admin = await adminListener();
    await using client = await rawClient(admin.port);
    client.send('secret\r\n\r\n');
    const { status, body } = await client.answer();
    expect(status).toBe(400);
    expect(body).not.toContain('secret');
    expect((await fetch(`${admin.url}/health/live`)).status).toBe(200);
  });
});

test('an address that is taken says which and why', async () => {
  await using admin = await adminListener();
  await using second = new AdminListener({ readiness: () => ({ status: 'ready' }), metrics });
  await expect(second.start({ host: '127.0.0.1', port: admin.port })).rejects.toMatchObject({
    failure: 'configuration',
    problems: [
      {
        code: 'ADDRESS_UNAVAILABLE',
        message: `Cannot listen on 127.0.0.1:${admin.port}: the port is in use`,
      },
    ],
  });
  expect(second.port).toBe(0);
});

test('an end closes connections that are idle', async () => {
  const admin = await adminListener();
  await using client = await rawClient(admin.port);
  client.send('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.answer();
  await admin[Symbol.asyncDispose]();
  expect(await client.rest()).toBe('');
});
