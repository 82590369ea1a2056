import type { Opening } from './opening.ts';
import type { GatewayConfig } from './schema.ts';

/** What is open where clients connect: what can be read, and certificates that prove nothing. */
export function tlsOpenings({ server, auth, graphql }: GatewayConfig): readonly Opening[] {
  const accepted = graphql.auth.schemes.flatMap((name) => {
    const scheme = Object.hasOwn(auth, name) ? auth[name] : undefined;
    return scheme === undefined ? [] : [{ name, scheme }];
  });
  const takesPasswords = accepted.some(({ scheme }) => 'ldap' in scheme);
  const looks = accepted.some(({ scheme }) => 'mtls' in scheme);
  const asks = server.listen.some(({ tls }) => tls?.clientCa !== undefined);
  return [
    ...server.listen.flatMap(({ host, tls }, index) => {
      const path = ['server', 'listen', index];
      if (tls === undefined) return takesPasswords && !isLocal(host) ? [readable(path)] : [];
      const isUseless = tls.clientCa !== undefined && tls.clientAuth !== 'require' && !looks;
      return isUseless ? [unseen([...path, 'tls', 'clientCa'])] : [];
    }),
    ...accepted.flatMap(({ name, scheme }) => {
      if (!('mtls' in scheme)) return [];
      const path = ['auth', name, 'mtls'];
      const { header } = scheme.mtls;
      if (header === undefined) return asks ? [] : [unasked(path)];
      return header.from.some(isEverywhere) ? [claimed([...path, 'header', 'from'])] : [];
    }),
  ];
}

type Path = Opening['path'];

const readable = (path: Path): Opening => ({
  path,
  meaning: 'who is on the way can read passwords, unless a proxy speaks TLS for this address',
});
const unseen = (path: Path): Opening => ({
  path,
  meaning: 'clients are asked for certificates, and graphql.auth has no mtls that looks at them',
});
const unasked = (path: Path): Opening => ({
  path,
  meaning: 'no address asks clients for certificates: server.listen[].tls.clientCa names none',
});
const claimed = (path: Path): Opening => ({
  path,
  meaning: 'anybody can claim any certificate',
});

function isLocal(host: string): boolean {
  return /^(localhost$|127\.|::1$)/.test(host);
}

function isEverywhere(network: string): boolean {
  return network.endsWith('/0');
}
