import { expect, test } from '@jest/globals';
import { applicable } from '../../src/config/restart.ts';
import { type GatewayInput, gatewayConfig } from '../../src/config/schema.ts';

const running = gatewayConfig.parse({ graphql: { supergraph: { file: '/a' } } });

test.each([
  [{ listen: [{ port: 1 }] }, ['server.listen[0].port']],
  [{ listen: [{}, { host: '::1' }] }, ['server.listen[1]']],
  [{ listen: [{ tls: { cert: '/a', key: '/b' } }] }, ['server.listen[0].tls']],
  [{ admin: { port: 1 } }, ['server.admin.port']],
  [{ workers: 'auto' }, ['server.workers']],
  [
    { timeouts: { idle: '1s' }, shutdown: { drain: '1s' } },
    ['server.timeouts.idle', 'server.shutdown.drain'],
  ],
  [
    { limits: { headers: 1, headerBytes: '1KiB', uri: '1KiB', body: '1KiB' } },
    ['server.limits.headers', 'server.limits.headerBytes', 'server.limits.uri'],
  ],
  [{ limits: { connections: 1, perIp: 1 } }, ['server.limits.connections', 'server.limits.perIp']],
] as readonly (readonly [GatewayInput['server'], readonly string[]])[])(
  'of %j, what a listener is made from waits for a restart',
  (server, settings) => {
    const wanted = gatewayConfig.parse({ server, graphql: { csrf: false } });
    const { config, needsRestart } = applicable(wanted, running);
    expect([...needsRestart].sort()).toEqual([...settings].sort());
    const { body } = wanted.server.limits;
    const limits = { ...running.server.limits, body };
    expect(config).toEqual({ ...wanted, server: { ...running.server, limits } });
  },
);

test('nothing waits where nothing differs', () => {
  expect(applicable(running, running)).toEqual({ config: running, needsRestart: [] });
});
