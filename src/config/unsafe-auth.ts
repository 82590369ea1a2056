import type { AuthOptions, SchemeOptions } from '../auth/options.ts';
import type { Opening } from './opening.ts';

/** What is open in the schemes that prove who calls. */
export function authOpenings(auth: AuthOptions): readonly Opening[] {
  return Object.entries(auth).flatMap(([name, scheme]) => {
    return openingsOf(scheme).map(({ path, meaning }) => ({
      path: ['auth', name, ...path],
      meaning,
    }));
  });
}

function openingsOf(scheme: SchemeOptions): readonly Opening[] {
  if ('jwt' in scheme) return openingsOfJwt(scheme.jwt);
  if ('introspection' in scheme && isReadable(scheme.introspection.url)) {
    return [{ path: ['introspection', 'url'], meaning: 'who is on the way can read tokens' }];
  }
  if ('oidc' in scheme) return openingsOfOidc(scheme.oidc);
  if ('ldap' in scheme && isReadable(scheme.ldap.url) && !scheme.ldap.startTls) {
    return [{ path: ['ldap', 'url'], meaning: 'who is on the way can read passwords' }];
  }
  return [];
}

type JwtOptions = Extract<SchemeOptions, { jwt: unknown }>['jwt'];

function openingsOfJwt(jwt: JwtOptions): readonly Opening[] {
  const { audience, issuer, keys } = jwt;
  const isOpen = keys.file === undefined && isReadable(keys.url ?? issuer[0] ?? '');
  const place = keys.url === undefined ? 'issuer' : 'keys';
  return [
    ...(audience === undefined ? [{ path: ['jwt', 'audience'], meaning: anyAudience }] : []),
    ...(isOpen ? [{ path: ['jwt', place], meaning: replaceable }] : []),
  ];
}

type OidcOptions = Extract<SchemeOptions, { oidc: unknown }>['oidc'];

function openingsOfOidc({ issuer, publicUrl, cookie }: OidcOptions): readonly Opening[] {
  const all = [
    {
      isOpen: isReadable(issuer),
      name: ['issuer'],
      meaning: 'who is on the way can log in as anybody',
    },
    { isOpen: isReadable(publicUrl), name: ['publicUrl'], meaning: readableCookie },
    { isOpen: !cookie.secure, name: ['cookie', 'secure'], meaning: readableCookie },
  ];
  return all
    .filter(({ isOpen }) => isOpen)
    .map(({ name, meaning }) => ({ path: ['oidc', ...name], meaning }));
}

const readableCookie = 'who is on the way can read the cookie of a session, and use it';
const anyAudience = 'tokens that were made for others are accepted';
const replaceable = 'who is on the way can put other keys in their place';

/** True where others can read and change what is sent: not encrypted, and not on this machine. */
export function isReadable(address: string): boolean {
  const url = URL.parse(address);
  const isOpen = url !== null && ['http:', 'ldap:', 'redis:'].includes(url.protocol);
  return isOpen && !/^(localhost|127\.|\[::1\])/.test(url.hostname);
}
