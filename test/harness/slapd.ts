import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { Attribute, Change, Client } from 'ldapts';
import type { Certificate } from './certificates.ts';
import { freePort } from './free-port.ts';
import { testWith } from './installed.ts';

const program = '/usr/sbin/slapd';

/** Who may do everything in the directory. */
export const admin = { bindDn: 'cn=admin,dc=shop', bindPassword: 'a-secret-of-the-admin' };

/** Debian's `slapd` with a directory of its own, on free ports. */
export interface Slapd extends AsyncDisposable {
  /** `ldap://`, where StartTLS is possible. */
  readonly url: string;
  /** `ldaps://` */
  readonly secureUrl: string;
  /** Adds an entry. */
  add(dn: string, attributes: Readonly<Record<string, string | string[]>>): Promise<void>;
  /** Sets a user's password. */
  setPassword(dn: string, password: string): Promise<void>;
  /** Ends the server; the directory is gone. */
  stop(): Promise<void>;
}

/** `test` for tests that need a directory: see `testWith`. */
export function directoryTest(): ReturnType<typeof testWith> {
  return testWith('slapd', hasDirectory);
}

/** Whether there is a slapd. */
export function hasDirectory(): boolean {
  return existsSync(program);
}

/** Starts a server that shows this certificate; its directory is empty but for `dc=shop`. */
export async function startSlapd({ cert, key }: Certificate): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-slapd-'));
  const [port, securePort] = [await freePort(), await freePort()];
  const [url, secureUrl] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'cert'), cert);
  await writeFile(join(folder, 'key'), key);
  await writeFile(join(folder, 'slapd.conf'), configuration(folder));
  const options = ['-f', join(folder, 'slapd.conf'), '-h', `${url} ${secureUrl}`, '-d', 'stats'];
  const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  const dispose = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true });
  };
  try {
    await starting(child.stderr);
    while (!(await isAccepting(port)) || !(await isAccepting(securePort))) await setTimeout(10);
    await change(url, (client) => client.add('dc=shop', { objectClass: ['domain'], dc: 'shop' }));
  } catch (failure) {
    await dispose();
    throw failure;
  }
  return {
    url,
    secureUrl,
    stop,
    add: (dn, attributes) => change(url, (client) => client.add(dn, { ...attributes })),
    setPassword: (dn, newPassword) =>
      change(url, (client) => {
        const modification = new Attribute({ type: 'userPassword', values: [newPassword] });
        return client.modify(dn, new Change({ operation: 'replace', modification }));
      }),
    [Symbol.asyncDispose]: dispose,
  };
}

/** Settles once it says that it runs, and goes on reading what it says. */
function starting(output: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    createInterface({ input: output })
      .on('line', (line) => {
        if (line.includes('slapd starting')) resolve();
        else if (lines.length < 50) lines.push(line);
      })
      .on('close', () => reject(new Error(`slapd did not start:\n${lines.join('\n')}`)));
  });
}

/** It says that it starts shortly before it listens. */
async function isAccepting(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function change(url: string, how: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ url });
  try {
    await client.bind(admin.bindDn, admin.bindPassword);
    await how(client);
  } finally {
    await client.unbind();
  }
}

function configuration(folder: string): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
TLSCertificateFile ${folder}/cert
TLSCertificateKeyFile ${folder}/key
database mdb
suffix dc=shop
rootdn ${admin.bindDn}
rootpw ${admin.bindPassword}
directory ${folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact=cn=reader,dc=shop read by * none
`;
}
