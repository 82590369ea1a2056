import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  Client,
  ConstraintViolationError,
  type Entry,
  escapeFilter,
  InappropriateAuthError,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
  SizeLimitExceededError,
  UnwillingToPerformError,
} from 'ldapts';
import { CredentialRefused, type SchemeSetup, unavailable } from '../../scheme.ts';
import type { LdapOptions } from './options.ts';

/** A user as the directory knows it: attributes by name, each with all its values. */
export interface DirectoryUser {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** What a directory says of users who may not get in: their passwords, or they themselves. */
const refusals = [
  ConstraintViolationError,
  InappropriateAuthError,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
  UnwillingToPerformError,
];

/** Looks for users and tries their passwords, each on a connection of its own. */
export class Directory implements AsyncDisposable {
  readonly #options: LdapOptions;
  readonly #setup: SchemeSetup;
  readonly #tls: ConnectionOptions;
  readonly #clients = new Set<Client>();

  /** `ca` is the text of `options.ca`. */
  constructor(options: LdapOptions, setup: SchemeSetup, ca: string | undefined) {
    this.#options = options;
    this.#setup = setup;
    this.#tls = { ...named(options.url), ...(ca !== undefined && { ca }) };
  }

  /** The user of this name and password; throws for every other. */
  async user(name: string, password: string): Promise<DirectoryUser> {
    const { name: scheme, log, observer } = this.#setup;
    const client = this.#open();
    try {
      const user = await this.#prove(client, name, password);
      observer.asked(scheme, 'ok');
      return user;
    } catch (err) {
      observer.asked(scheme, err instanceof CredentialRefused ? 'ok' : 'failed');
      if (err instanceof CredentialRefused) throw err;
      log.warn({ scheme, err }, 'A directory could not be asked');
      throw unavailable('Passwords cannot be checked at the moment', err);
    } finally {
      this.#clients.delete(client);
      await client.unbind().catch(() => {});
    }
  }

  #open(): Client {
    const { url, timeout, connections } = this.#options;
    if (this.#clients.size >= connections)
      throw unavailable('Too many passwords are being checked');
    const times = { timeout, connectTimeout: timeout };
    const tls = url.startsWith('ldaps:') ? { tlsOptions: this.#tls } : {};
    const client = new Client({ url, ...times, ...tls });
    this.#clients.add(client);
    return client;
  }

  async #prove(client: Client, name: string, password: string): Promise<DirectoryUser> {
    const { startTls, bindDn, bindPassword } = this.#options;
    if (startTls) await client.startTLS(this.#tls);
    if (bindDn !== '') await client.bind(bindDn, bindPassword);
    const found = await this.#search(client, name);
    const [entry] = found;
    // Two users of one name: nobody can tell who of them it is.
    if (entry === undefined || found.length > 1) throw refused('user');
    await bindAs(client, entry.dn, password);
    return toUser(entry);
  }

  async #search(client: Client, name: string): Promise<readonly Entry[]> {
    const { base, filter, subject, groups, claims } = this.#options;
    const escaped = escapeFilter`${name}`;
    try {
      const { searchEntries } = await client.search(base, {
        scope: 'sub',
        filter: filter.replaceAll('{user}', () => escaped),
        sizeLimit: 2,
        attributes: [subject, groups, ...claims],
      });
      return searchEntries;
    } catch (thrown) {
      if (thrown instanceof SizeLimitExceededError) throw refused('user', thrown);
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#clients].map((client) => client.unbind()));
  }
}

/** By whom the certificate has to be: with StartTLS, nobody else would know it. */
function named(url: string): ConnectionOptions {
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '');
  return isIP(host) === 0 ? { host, servername: host } : { host };
}

/** An empty password would be a bind of nobody in particular, which succeeds: RFC 4513, 5.1.2. */
async function bindAs(client: Client, dn: string, password: string): Promise<void> {
  if (password === '') throw refused('empty');
  try {
    await client.bind(dn, password);
  } catch (thrown) {
    if (refusals.some((refusal) => thrown instanceof refusal)) throw refused('password', thrown);
    throw thrown;
  }
}

/** Whether it is the name or the password that is wrong is nothing for strangers to know. */
export function refused(reason: string, cause?: unknown): CredentialRefused {
  return new CredentialRefused(reason, 'The name or the password is wrong', { cause });
}

/** Names of attributes are the same in any case. */
function toUser({ dn, ...attributes }: Entry): DirectoryUser {
  const entries = Object.entries(attributes).map(([name, value]) => {
    return [name.toLowerCase(), [value].flat().map((each) => each.toString())] as const;
  });
  return { dn, attributes: new Map(entries) };
}
