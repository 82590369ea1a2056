import type { OidcOptions } from './options.ts';

/** How many seconds a browser has to finish a login. */
export const loginSeconds = 600;

/** The cookies of one scheme. Those with the prefix `__Host-` no other host can set: RFC 6265bis. */
export class Cookies {
  /** The name of the cookie that has a session's id. */
  readonly session: string;
  readonly #attributes: string;

  constructor(scheme: string, { cookie }: OidcOptions) {
    const name = cookie.name ?? `gatehouse-${scheme}`;
    this.session = cookie.secure ? `__Host-${name}` : name;
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${cookie.secure ? '; Secure' : ''}`;
  }

  /** The name of the cookie of one login: several may be under way in one browser. */
  login(label: string): string {
    return `${this.session}-login-${label}`;
  }

  /** The logins under way, by the names of their cookies, as a browser lists them: oldest first. */
  logins(header = ''): readonly string[] {
    const names = header.split(';').map((pair) => pair.split('=', 1)[0]?.trim() ?? '');
    return names.filter((name) => name.startsWith(this.login('')));
  }

  /** Of a session: it ends with the browser, unless the session ends before. */
  set(name: string, value: string): string {
    return `${name}=${value}; ${this.#attributes}`;
  }

  /** Of a login, which has to be finished soon. */
  setBrief(name: string, value: string): string {
    return `${this.set(name, value)}; Max-Age=${loginSeconds}`;
  }

  clear(name: string): string {
    return `${this.set(name, '')}; Max-Age=0`;
  }
}
