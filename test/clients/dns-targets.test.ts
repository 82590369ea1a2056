import { describe, expect, test } from '@jest/globals';
import { type DnsAddress, DnsTargets } from '../../src/clients/dns-targets.ts';
import { Bell } from '../../src/lib/bell.ts';
import { dnsServer } from '../harness/dns-server.ts';

const never = new AbortController().signal;
const ttl = { min: 20, max: 1_000 };

/** Follows a name, and tells of what happens. */
function following(question: Partial<ConstructorParameters<typeof DnsTargets>[0]>, port: number) {
  const changes: string[][] = [];
  const looked: string[] = [];
  const bell = new Bell();
  const targets = new DnsTargets(
    {
      type: 'A',
      name: 'orders.test',
      ttl,
      timeoutMs: 500,
      servers: [`127.0.0.1:${port}`],
      ...question,
    },
    {
      changed: (addresses) => void changes.push(addresses.map(shown)),
      failed: () => {},
      looked(result) {
        looked.push(result);
        bell.ring();
      },
    },
  );
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await bell.wait(never);
  };
  return { targets, changes, looked, until };
}

function shown({ address, host, port, weight }: DnsAddress): string {
  return [address, host, port, weight].filter((part) => part !== undefined).join(' ');
}

describe('the addresses of a name', () => {
  test('are followed as its records say, and the same ones are no change', async () => {
    await using server = await dnsServer();
    server.records = { 'orders.test A': ['10.0.0.2', '10.0.0.1'] };
    const { targets, changes, looked, until } = following({}, server.port);
    await using _targets = targets;
    await targets.start();
    server.records = { 'orders.test A': ['10.0.0.1', '10.0.0.2'] };
    await until(() => looked.length >= 3);
    server.records = { 'orders.test A': ['10.0.0.3', '10.0.0.2'] };
    await until(() => changes.length === 2);
    expect(changes).toEqual([
      ['10.0.0.1', '10.0.0.2'],
      ['10.0.0.2', '10.0.0.3'],
    ]);
    expect(looked.slice(0, 3)).toEqual(['changed', 'unchanged', 'unchanged']);
  });

  test('hold while nothing, or nothing good, comes back', async () => {
    await using server = await dnsServer();
    server.records = { 'orders.test A': ['10.0.0.1'] };
    const { targets, changes, looked, until } = following({}, server.port);
    await using _targets = targets;
    await targets.start();
    server.records = {};
    await until(() => looked.includes('failed'));
    server.fails = true;
    const before = looked.length;
    await until(() => looked.length > before);
    server.fails = false;
    server.records = { 'orders.test A': ['10.0.0.1'] };
    await until(() => looked.at(-1) === 'unchanged');
    expect(changes).toEqual([['10.0.0.1']]);
  });

  test('are looked up no more often than the shortest time, whatever the records say', async () => {
    await using server = await dnsServer();
    server.ttlSeconds = 0;
    server.records = { 'orders.test A': ['10.0.0.1'] };
    const { targets } = following({ ttl: { min: 60_000, max: 60_000 } }, server.port);
    await using _targets = targets;
    await targets.start();
    // More than enough for those that would come at once.
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.questions).toEqual(['orders.test A']);
  });

  test('are those of IPv6 where these are wanted', async () => {
    await using server = await dnsServer();
    server.records = { 'orders.test AAAA': ['2001:db8::1'] };
    const { targets, changes } = following({ type: 'AAAA' }, server.port);
    await using _targets = targets;
    await targets.start();
    expect(changes).toEqual([['2001:db8::1']]);
  });

  test('come with port and weight from SRV records of the lowest priority', async () => {
    await using server = await dnsServer();
    server.records = {
      '_http._tcp.orders.test SRV': [
        { priority: 1, weight: 5, port: 8_080, target: 'a.orders.test' },
        { priority: 1, weight: 0, port: 8_081, target: 'b.orders.test' },
        { priority: 2, weight: 5, port: 9_090, target: 'c.orders.test' },
      ],
      'a.orders.test A': ['10.0.0.1'],
      'b.orders.test AAAA': ['2001:db8::2'],
    };
    const question = { type: 'SRV', name: '_http._tcp.orders.test' } as const;
    const { targets, changes } = following(question, server.port);
    await using _targets = targets;
    await targets.start();
    expect(changes).toEqual([
      ['10.0.0.1 a.orders.test 8080 5', '2001:db8::2 b.orders.test 8081 1'],
    ]);
  });
});
