import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
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

/**
 * Makes a self-signed certificate for `name` with `openssl`; its last year is `lastYear`. Its subject is
 * its own: of two that are trusted under one subject, either may be taken for the issuer of both.
 */
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
      `/CN=${randomUUID()}`,
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

export interface Issued {
  /** As `openssl` takes it, such as `/O=Shop/CN=device-1`; empty for none. */
  readonly subject?: string;
  /** As `openssl` takes them, such as `DNS:device-1.shop.test`. Default none. */
  readonly names?: string;
  readonly lastYear?: number;
  /** What its key is for. Default both sides of a connection. */
  readonly usage?: string;
}

/** An authority for certificates, on disk while it is needed. */
export class Authority implements AsyncDisposable {
  readonly #folder: string;
  readonly cert: string;
  #issued = 0;
  /** `openssl` keeps a list of what was issued: one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, cert: string) {
    this.#folder = folder;
    this.cert = cert;
  }

  static async open(name = 'authority'): Promise<Authority> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ca-'));
    const made = ['req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-days', '365'];
    await run('openssl', [...made, '-keyout', 'ca.key', '-out', 'ca.cert'], { cwd: folder });
    await writeFile(join(folder, 'index'), '');
    return new Authority(folder, await readFile(join(folder, 'ca.cert'), 'utf8'));
  }

  issue(given: Issued = {}): Promise<Certificate> {
    const issued = this.#last.then(() => this.#issue(given));
    this.#last = issued.catch(() => {});
    return issued;
  }

  async #issue({ subject = '/CN=test', ...given }: Issued): Promise<Certificate> {
    const name = `issued-${++this.#issued}`;
    const { names, lastYear = 2049, usage = 'serverAuth,clientAuth' } = given;
    const extensions = `extendedKeyUsage = ${usage}\n${names ? `subjectAltName = ${names}` : ''}`;
    const settings = configuration('').replace('subjectAltName = ', extensions);
    await writeFile(join(this.#folder, `${name}.cnf`), settings);
    const request = ['-new', ...newKey, '-utf8', '-multivalue-rdn', '-subj', subject || '/'];
    await this.#openssl('req', ...request, '-keyout', `${name}.key`, '-out', `${name}.request`);
    const validity = ['-startdate', '20200101000000Z', '-enddate', `${lastYear}1231000000Z`];
    const by = ['-cert', 'ca.cert', '-keyfile', 'ca.key', '-batch', '-notext', '-preserveDN'];
    const files = ['-in', `${name}.request`, '-out', `${name}.cert`];
    await this.#openssl('ca', '-config', `${name}.cnf`, '-utf8', ...by, ...validity, ...files);
    const read = (kind: string) => readFile(join(this.#folder, `${name}.${kind}`), 'utf8');
    return { key: await read('key'), cert: await read('cert') };
  }

  async #openssl(...parts: string[]): Promise<void> {
    await run('openssl', parts, { cwd: this.#folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

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
    unique_subject = no
    [any]
    commonName = optional
    organizationName = optional
    organizationalUnitName = optional
    countryName = optional
    emailAddress = optional
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
