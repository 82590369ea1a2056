import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tlsOptions } from '../../src/edge/tls/options.ts';
import { StartupError } from '../../src/errors.ts';
import { Authority, type Certificate } from '../harness/certificates.ts';
import { post, rawTlsClient } from './raw-client.ts';
import { smallGateway, type TestLog } from './small-gateway.ts';

const question = post('{"query":"{ hello }"}', ['Connection: close']);
let authority: Authority;

beforeAll(async () => {
  authority = await Authority.open();
});
afterAll(() => authority[Symbol.asyncDispose]());

/** A folder with `cert.pem` and `key.pem`, each replaced as a whole. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
  const files = { cert: join(path, 'cert.pem'), key: join(path, 'key.pem') };
  const put = async (file: string, text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  return {
    files,
    async write({ cert, key }: Certificate) {
      await put(files.cert, cert);
      await put(files.key, key);
    },
    put,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

const named = (subject: string) =>
  authority.issue({ subject: `/CN=${subject}`, names: 'IP:127.0.0.1' });

function open(files: { cert: string; key: string; passphrase?: string; clientCa?: string }) {
  const listen = [{ host: '127.0.0.1', port: 0, tls: tlsOptions.parse(files) }];
  return smallGateway({ listener: { listen } });
}

/** The subject that is shown to a new client. */
async function shown(port: number): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1', ca: authority.cert });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerX509Certificate() ?? {};
  socket.destroy();
  return subject;
}

async function answered(port: number): Promise<void> {
  await using one = await rawTlsClient(port, { ca: authority.cert, host: '127.0.0.1' });
  one.send(question);
  expect(await one.answer()).toMatchObject({ status: 200 });
}

/** Works until the log has a line with this message. */
async function until({ lines }: TestLog, message: string, work: () => Promise<void>) {
  while (!lines.some((line) => line.message === message)) await work();
}

test('a certificate that is replaced under load is shown from then on, and no request fails', async () => {
  await using place = await folder();
  await place.write(await named('old'));
  await using gateway = await open(place.files);
  await using lasting = await rawTlsClient(gateway.port, { ca: authority.cert, host: '127.0.0.1' });
  const load = Array.from({ length: 8 }, () =>
    until(gateway.log, 'Certificates were read again', () => answered(gateway.port)),
  );
  expect(await shown(gateway.port)).toBe('CN=old');
  await place.write(await named('new'));
  await Promise.all(load);
  expect(await shown(gateway.port)).toBe('CN=new');
  lasting.send(question);
  expect(await lasting.answer()).toMatchObject({ status: 200 });
});

test('what is broken is refused with its reason, and the former certificate is shown', async () => {
  await using place = await folder();
  await place.write(await named('old'));
  await using gateway = await open(place.files);
  const refused = 'Certificates are refused: the former ones serve';
  await place.put(place.files.key, (await named('other')).key);
  await until(gateway.log, refused, () => answered(gateway.port));
  const { files } = place;
  expect(gateway.log.lines.find(({ message }) => message === refused)?.fields).toEqual({
    path: 'server.listen[0].tls',
    code: 'TLS_UNUSABLE',
    message: 'server.listen[0].tls: the key is not that of the certificate',
    file: files.cert,
  });
  expect(await shown(gateway.port)).toBe('CN=old');
  await place.write(await named('new'));
  await until(gateway.log, 'Certificates were read again', () => answered(gateway.port));
  expect(await shown(gateway.port)).toBe('CN=new');
});

test('files are read again when that is asked for', async () => {
  await using place = await folder();
  await place.write(await named('old'));
  await using gateway = await open(place.files);
  await place.write(await named('new'));
  await gateway.listener.renewCertificates();
  expect(await shown(gateway.port)).toBe('CN=new');
});

test('an encrypted key is opened by its passphrase', async () => {
  const { cert, key } = await named('sealed');
  const passphrase = 'open sesame';
  const sealing = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
  const sealed = String(createPrivateKey(key).export(sealing));
  await using gateway = await open({ cert, key: sealed, passphrase });
  expect(await shown(gateway.port)).toBe('CN=sealed');
  const wrong = 'the passphrase is not that of the key';
  expect(await refusal({ cert, key: sealed, passphrase: 'close' })).toMatchObject({
    message: expect.stringContaining(wrong),
  });
  const missing = 'the key is encrypted, and has no passphrase here';
  expect(await refusal({ cert, key: sealed })).toMatchObject({
    message: expect.stringContaining(missing),
  });
});

/** What keeps an address from being opened. */
async function refusal(files: Parameters<typeof open>[0]): Promise<unknown> {
  const failure = await open(files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(failure).toBeInstanceOf(StartupError);
  return (failure as StartupError).problems[0]; // checked above
}

test('what cannot be used keeps the gateway from starting, and is named', async () => {
  await using place = await folder();
  const good = await named('good');
  await place.write(good);
  const { cert, key } = place.files;
  const missing = `${cert}.none`;
  const code = 'TLS_UNUSABLE';
  const at = (message: string) => `server.listen[0].tls: ${message}`;
  expect(await refusal({ cert: missing, key })).toEqual({
    code,
    message: at('there is no such file'),
    file: missing,
  });
  await place.put(cert, 'no certificate');
  const message = at('the certificate or its key is not in PEM');
  expect(await refusal({ cert, key })).toEqual({ code, message, file: cert });
  const nobody = { ...good, clientCa: key };
  const none = at('it has no certificates in PEM');
  expect(await refusal(nobody)).toEqual({ code, message: none, file: key });
});

test('one that has expired is shown all the same, and the log says so', async () => {
  const expired = await authority.issue({ lastYear: 2021 });
  await using gateway = await open(expired);
  expect(gateway.log.lines).toEqual([
    {
      level: 'warn',
      fields: { path: 'server.listen[0].tls', ends: '2021-12-31T00:00:00.000Z' },
      message: 'A certificate has expired',
    },
  ]);
});

test('clients are checked against an authority, or not at all', () => {
  const { error } = tlsOptions.safeParse({ cert: 'a', key: 'b', clientAuth: 'require' });
  expect(error?.issues).toMatchObject([
    {
      path: ['clientAuth'],
      message: 'Certificates of clients are checked against a clientCa: name one',
    },
  ]);
});
