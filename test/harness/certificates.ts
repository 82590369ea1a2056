import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a self-signed certificate for `name` with `openssl`; its last year is `lastYear`. */
export async function selfSigned(name = 'IP:127.0.0.1', lastYear = 2049): Promise<Certificate> {
  const cwd = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
  const openssl = (...parts: string[]) => run('openssl', parts, { cwd });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const validity = ['-startdate', '20200101000000Z', '-enddate', `${lastYear}1231000000Z`];
  try {
    await writeFile(join(cwd, 'ca.cnf'), configuration(name));
    await writeFile(join(cwd, 'index'), '');
    await openssl(
      'req',
      '-new',
      ...curve,
      '-subj',
      '/CN=test',
      '-keyout',
      'key',
      '-out',
      'request',
    );
    const signing = ['-batch', '-selfsign', '-notext', '-keyfile', 'key', ...validity];
    await openssl('ca', '-config', 'ca.cnf', ...signing, '-in', 'request', '-out', 'cert');
    const [key, cert] = await Promise.all(
      ['key', 'cert'].map((file) => readFile(join(cwd, file), 'utf8')),
    );
    return { key: key ?? '', cert: cert ?? '' };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

function configuration(name: string): string {
  return `
    [ca]
    default_ca = own
    [own]
    database = index
    new_certs_dir = .
    rand_serial = yes
    default_md = sha256
    policy = any
    x509_extensions = names
    [any]
    commonName = supplied
    [names]
    subjectAltName = ${name}
  `;
}

/** Makes this process trust `certificate` until what comes back is disposed. */
export function trusted({ cert }: Certificate): Disposable {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  return { [Symbol.dispose]: () => setDefaultCACertificates(before) };
}
