import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Caller, Presented } from '../../../context.ts';
import { StartupError } from '../../../errors.ts';
import { ByteCache } from '../../../lib/byte-cache.ts';
import type { Awaitable } from '../../../lib/call.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import { basicCredentials } from '../../credentials.ts';
import { realm, type Scheme, type SchemeSetup } from '../../scheme.ts';
import { Directory, type DirectoryUser, refused } from './directory.ts';
import type { LdapOptions } from './options.ts';

/** Room for users who were let in, in bytes. */
const cacheBytes = 4_000_000;

interface LetIn {
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly bytes: number;
}

/** Opens `ldap`: nothing is asked before there is a password. */
export async function openLdap(options: LdapOptions, setup: SchemeSetup): Promise<Scheme> {
  const { ca: file } = options;
  const ca = file === undefined ? undefined : await readCa(file, setup);
  return new Ldap(options, setup, new Directory(options, setup, ca));
}

/** Names and passwords that a directory knows: RFC 7617 and RFC 4513. */
class Ldap implements Scheme {
  readonly challenge = `Basic ${realm}, charset="UTF-8"`;
  readonly #options: LdapOptions;
  readonly #setup: SchemeSetup;
  readonly #directory: Directory;
  readonly #roles: ReadonlyMap<string, readonly string[]>;
  /** Names and passwords are kept only as what this key, which nobody else has, makes of them. */
  readonly #key = randomBytes(32);
  readonly #letIn = new ByteCache<LetIn>(cacheBytes, ({ bytes }) => bytes);
  readonly #asking = new SingleFlight<Caller>();

  constructor(options: LdapOptions, setup: SchemeSetup, directory: Directory) {
    this.#options = options;
    this.#setup = setup;
    this.#directory = directory;
    this.#roles = rolesByGroup(options.roles);
  }

  authenticate(request: Presented, signal: Cancellation): Awaitable<Caller | undefined> {
    const given = basicCredentials(request);
    if (given === undefined) return undefined;
    const { name, password } = given;
    if (name === '' || password === '') throw refused('empty');
    const hmac = createHmac('sha256', this.#key);
    const key = hmac.update(JSON.stringify([name, password])).digest('base64');
    const known = this.#letIn.get(key);
    if (known !== undefined && this.#setup.now() < known.untilMs) return known.caller;
    return this.#ask(key, name, password, signal);
  }

  async #ask(key: string, name: string, password: string, signal: Cancellation): Promise<Caller> {
    const begin = async (): Promise<Caller> => {
      const caller = this.#callerOf(await this.#directory.user(name, password));
      const untilMs = this.#setup.now() + this.#options.cache;
      const bytes = 2 * JSON.stringify(caller).length + 500;
      this.#letIn.set(key, { caller, untilMs, bytes });
      return caller;
    };
    return (await this.#asking.join(key, begin, signal)).answer;
  }

  #callerOf({ dn, attributes }: DirectoryUser): Caller {
    const { name: scheme } = this.#setup;
    const valuesOf = (name: string) => attributes.get(name.toLowerCase()) ?? [];
    const subject = valuesOf(this.#options.subject)[0] ?? dn;
    const groups = valuesOf(this.#options.groups).map(plainName);
    const roles = [...new Set(groups.flatMap((group) => this.#roles.get(group) ?? []))];
    const own = this.#options.claims.map((name) => {
      const values = valuesOf(name);
      return [name, values.length === 1 ? values[0] : values] as const;
    });
    const claims = { ...Object.fromEntries(own), sub: subject, dn, roles };
    // An attribute that happens to be called `scope` grants nothing.
    return { scheme, subject, scopes: [], roles, claims };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}

function rolesByGroup(roles: LdapOptions['roles']): ReadonlyMap<string, readonly string[]> {
  const byGroup = new Map<string, readonly string[]>();
  for (const [role, group] of Object.entries(roles)) {
    byGroup.set(plainName(group), [...(byGroup.get(plainName(group)) ?? []), role]);
  }
  return byGroup;
}

/** Distinguished names are written with or without spaces, and in any case: RFC 4514, section 2. */
function plainName(dn: string): string {
  return dn.toLowerCase().replaceAll(/\s*([,=+])\s*/g, '$1');
}

async function readCa(file: string, { name }: SchemeSetup): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `auth.${name}: the file cannot be read`;
    const problem = { code: 'CREDENTIALS_UNUSABLE', message, file };
    throw new StartupError('configuration', [problem], { cause });
  }
}
