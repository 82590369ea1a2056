import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import { folderWith } from '../config/files.ts';
import { post, rawTlsClient } from '../edge/raw-client.ts';
import { Authority } from '../harness/certificates.ts';
import { linked } from '../harness/subgraph.ts';
import { serving } from './serving.ts';

const configuration = `
server:
  listen: [{ host: 127.0.0.1, port: 0, tls: { cert: cert.pem, key: key.pem, clientCa: ca.pem } }]
  admin: { port: 0 }
  workers: 2
auth: { devices: { mtls: { subject: "CN=mira" } } }
graphql:
  supergraph: { file: supergraph.graphql }
  auth: { schemes: [devices], require: true }
`;

/** What a new client is shown and told, over a connection of its own. */
async function told(url: string, ca: string, client = {}) {
  const options = { ca, host: '127.0.0.1', ...client };
  await using one = await rawTlsClient(Number(new URL(url).port), options);
  one.send(post('{"query":"{ __typename }"}'));
  const { status } = await one.answer();
  return status;
}

async function shown(url: string, ca: string): Promise<string | undefined> {
  const socket = connect({ ca, host: '127.0.0.1', port: Number(new URL(url).port) });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerX509Certificate() ?? {};
  socket.destroy();
  return subject;
}

test('several workers speak TLS on one address, and take new certificates', async () => {
  await using authority = await Authority.open();
  const own = (name: string) => authority.issue({ subject: `/CN=${name}`, names: 'IP:127.0.0.1' });
  const [old, fresh, mira] = await Promise.all([own('old'), own('new'), own('mira')]);
  const composed = compose([
    { name: 'one', sdl: linked('type Query { a: Int }'), url: 'http://a' },
  ]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  await using folder = await folderWith({
    'gatehouse.yaml': configuration,
    'supergraph.graphql': composed.supergraphSdl,
    'ca.pem': authority.cert,
    'cert.pem': old.cert,
    'key.pem': old.key,
  });
  await using gateway = await serving(folder.path);
  expect(gateway.url).toMatch(/^https:/);
  const rounds = [1, 2, 3, 4];
  for (const _ of rounds) {
    expect(await shown(gateway.url, authority.cert)).toBe('CN=old');
    expect(await told(gateway.url, authority.cert, mira)).toBe(200);
    expect(await told(gateway.url, authority.cert, old)).toBe(401);
    expect(await told(gateway.url, authority.cert)).toBe(401);
  }
  await writeFile(folder.file('key.pem'), fresh.key);
  await writeFile(folder.file('cert.pem'), fresh.cert);
  const lines = await gateway.logged('Certificates were read again', 2);
  expect(new Set(lines.map(({ worker }) => worker)).size).toBe(2);
  for (const _ of rounds) expect(await shown(gateway.url, authority.cert)).toBe('CN=new');
});
