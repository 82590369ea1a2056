import { expect, test } from '@jest/globals';
import { type Copy, sdl, startCopy } from '../../harness/copies.ts';
import { dnsServer } from '../../harness/dns-server.ts';
import { federate } from '../../harness/federation.ts';
import { listen } from '../../harness/listen.ts';

test('a DNS change is followed within its TTL, and no request fails', async () => {
  await using dns = await dnsServer();
  const names: Record<string, number> = {};
  // The same port at two addresses: what differs is what the name has.
  await using one = await startCopy('one');
  await using two = await startAt('127.0.0.2', one.port, 'two');
  dns.records = { 'who.test A': ['127.0.0.1'] };
  await using federation = await federate({
    subgraphs: { who: { sdl, url: `http://who.test:${one.port}/graphql` } },
    config: {
      graphql: {
        subgraphs: {
          who: {
            dns: { ttl: { min: '50ms' }, servers: [`127.0.0.1:${dns.port}`] },
            retry: { max: 0 },
          },
        },
      },
    },
  });
  let count = 0;
  const ask = async () => {
    count += 1;
    const { body } = await federation.send(`query Q${count} { who }`);
    const text = JSON.stringify(body);
    names[text] = (names[text] ?? 0) + 1;
    return text;
  };
  const answered = (name: string) => `{"data":{"who":"${name}"}}`;
  expect(await ask()).toBe(answered('one'));
  dns.records = { 'who.test A': ['127.0.0.2'] };
  const changed = federation.logged('The targets of a subgraph changed', 2);
  let isChanged = false;
  void changed.then(() => {
    isChanged = true;
  });
  while (!isChanged) await Promise.all([ask(), ask(), ask()]);
  expect(await ask()).toBe(answered('two'));
  // No answer but these two, whatever was under way.
  expect(Object.keys(names).sort()).toEqual([answered('one'), answered('two')]);
  const [, line] = await changed;
  expect(line).toMatchObject({ subgraph: 'who', targets: [`127.0.0.2:${one.port}`] });
  // Nothing is left of the address that went.
  while (one.sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(two.calls).toBeGreaterThan(0);
});

test('a call under way at an address that goes is answered', async () => {
  await using dns = await dnsServer();
  await using one = await startCopy('one');
  await using _two = await startAt('127.0.0.2', one.port, 'two');
  const arrived = Promise.withResolvers<() => void>();
  one.behave = (_request, response) => {
    arrived.resolve(() => response.end('{"data":{"who":"late"}}'));
  };
  dns.records = { 'who.test A': ['127.0.0.1'] };
  await using federation = await federate({
    subgraphs: { who: { sdl, url: `http://who.test:${one.port}/graphql` } },
    config: {
      graphql: {
        subgraphs: {
          who: { dns: { ttl: { min: '50ms' }, servers: [`127.0.0.1:${dns.port}`] } },
        },
      },
    },
  });
  const first = federation.send('query A { who }');
  const answer = await arrived.promise;
  dns.records = { 'who.test A': ['127.0.0.2'] };
  await federation.logged('The targets of a subgraph changed', 2);
  expect((await federation.send('query B { who }')).body).toEqual({ data: { who: 'two' } });
  answer();
  expect((await first).body).toEqual({ data: { who: 'late' } });
});

test('a name that has no address yet fails calls, and serves once it has', async () => {
  await using dns = await dnsServer();
  await using one = await startCopy('one');
  await using federation = await federate({
    subgraphs: { who: { sdl, url: `http://who.test:${one.port}/` } },
    config: {
      graphql: {
        subgraphs: {
          who: {
            dns: { ttl: { min: '50ms' }, servers: [`127.0.0.1:${dns.port}`] },
            retry: { max: 0 },
            breaker: { enabled: false },
          },
        },
      },
    },
  });
  const { body } = await federation.send('query A { who }');
  expect(JSON.stringify(body)).toContain('SUBREQUEST_HTTP_ERROR');
  dns.records = { 'who.test A': ['127.0.0.1'] };
  await federation.logged('The targets of a subgraph changed');
  expect((await federation.send('query B { who }')).body).toEqual({ data: { who: 'one' } });
});

test('SRV records say which ports, and how much each gets', async () => {
  await using dns = await dnsServer();
  await using one = await startCopy('one');
  await using two = await startCopy('two');
  const record = { priority: 1, target: 'node.test' };
  dns.records = {
    '_http._tcp.who.test SRV': [
      { ...record, weight: 3, port: one.port },
      { ...record, weight: 1, port: two.port },
    ],
    'node.test A': ['127.0.0.1'],
  };
  const servers = [`127.0.0.1:${dns.port}`];
  const srv = { type: 'SRV' as const, name: '_http._tcp.who.test', servers };
  await using federation = await federate({
    subgraphs: { who: { sdl, url: 'http://who.test/graphql' } },
    config: { graphql: { subgraphs: { who: { dns: srv, balance: 'round-robin' } } } },
  });
  for (let call = 0; call < 8; call += 1) await federation.send(`query Q${call} { who }`);
  expect([one.calls, two.calls]).toEqual([6, 2]);
});

/** A copy at another address of this machine. */
async function startAt(host: string, port: number, name: string): Promise<Copy> {
  const asked: string[] = [];
  const server = await listen(
    (_request, response) => {
      copy.calls += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { who: name } }));
    },
    { host, port },
  );
  const copy: Copy = { ...server, calls: 0, behave: undefined, asked };
  return copy;
}
