import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './files.ts';

const pem = '-----BEGIN CERTIFICATE-----';
const text = `
server:
  listen:
    - port: 0
      tls:
        cert: tls/own.pem
        key: /etc/own.key
        passphrase: "\${file:secret}"
        clientCa: "\${env:CLIENT_CA}"
        certificates: [{ hosts: [a.test], cert: tls/a.pem, key: tls/a.key }]
graphql:
  subgraphs:
    all: { identity: { token: { key: keys/all.pem } } }
    orders: { identity: { token: { key: keys/orders.pem, audience: shop } } }
`;

test('certificates and keys are looked for beside the configuration, and PEM is taken as it is', async () => {
  await using folder = await folderWith({ 'gatehouse.yaml': text, secret: 'open sesame\n' });
  const env = { CLIENT_CA: `${pem}\n...` };
  const { config } = await loadConfig({ file: folder.file('gatehouse.yaml'), env });
  expect(config.server.listen[0]?.tls).toEqual({
    cert: folder.file('tls/own.pem'),
    key: '/etc/own.key',
    passphrase: 'open sesame',
    clientCa: `${pem}\n...`,
    certificates: [
      { hosts: ['a.test'], cert: folder.file('tls/a.pem'), key: folder.file('tls/a.key') },
    ],
    minVersion: 'TLSv1.2',
  });
  const { all, orders } = config.graphql.subgraphs;
  expect(all.identity?.token?.key).toBe(folder.file('keys/all.pem'));
  expect(orders?.identity?.token).toMatchObject({
    key: folder.file('keys/orders.pem'),
    audience: 'shop',
    issuer: 'gatehouse',
    ttl: 60_000,
    header: 'gatehouse-identity',
  });
});

test('manifests of trusted documents are looked for beside the configuration', async () => {
  const manifests = 'graphql: { trustedDocuments: { manifests: [web.json, /etc/ios.json] } }';
  await using folder = await folderWith({ 'gatehouse.yaml': manifests });
  const { config } = await loadConfig({ file: folder.file('gatehouse.yaml'), env: {} });
  expect(config.graphql.trustedDocuments).toEqual({
    manifests: [folder.file('web.json'), '/etc/ios.json'],
    mode: 'open',
  });
});
