import { expect, test } from '@jest/globals';
import { gatewayConfig } from '../../src/config/schema.ts';
import { tlsOpenings } from '../../src/config/unsafe-tls.ts';
import { formatPath } from '../../src/yaml/path.ts';

const auth = {
  staff: { ldap: { url: 'ldaps://a', base: 'dc=a', filter: '(uid={user})' } },
  devices: { mtls: {} },
  proxied: { mtls: { header: { from: ['10.0.0.0/8'] } } },
  anybody: { mtls: { header: { from: ['10.0.0.0/8', '::/0'] } } },
};
const tls = { cert: 'a', key: 'b' };
const asking = { ...tls, clientCa: 'c' };

test.each([
  ['a password over a plain address', ['staff'], [{}], ['server.listen[0]']],
  ['a password on this machine alone', ['staff'], [{ host: '127.0.0.1' }], []],
  ['a password over TLS', ['staff'], [{ tls }], []],
  [
    'certificates that nobody looks at',
    [],
    [{ tls }, { tls: asking }],
    ['server.listen[1].tls.clientCa'],
  ],
  ['certificates that are required', [], [{ tls: { ...asking, clientAuth: 'require' } }], []],
  ['certificates that are looked at', ['devices'], [{ tls: asking }], []],
  ['certificates that nobody is asked for', ['devices'], [{ tls }], ['auth.devices.mtls']],
  ['those that a proxy passes on', ['proxied'], [{}], []],
  ['those that anybody passes on', ['anybody'], [{}], ['auth.anybody.mtls.header.from']],
] as const)('%s', (_what, schemes, listen, paths) => {
  const config = gatewayConfig.parse({ auth, server: { listen }, graphql: { auth: schemes } });
  expect(tlsOpenings(config).map(({ path }) => formatPath(path))).toEqual(paths);
});
