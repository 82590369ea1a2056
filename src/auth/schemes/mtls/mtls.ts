import type { Caller, ClientConnection, Presented } from '../../../context.ts';
import { CredentialRefused, realm, type Scheme, type SchemeSetup } from '../../scheme.ts';
import { type CertificateFacts, certificateFacts } from './certificate.ts';
import { ForwardedCertificates } from './forwarded-certificate.ts';
import type { MtlsOptions } from './options.ts';
import { rolesBy } from './rules.ts';

/** Opens `mtls`; whether a certificate is good is for the listener, or a proxy, to find out. */
export async function openMtls(options: MtlsOptions, setup: SchemeSetup): Promise<Scheme> {
  return new Mtls(options, setup);
}

/** Certificates that clients show when they connect. */
class Mtls implements Scheme {
  readonly challenge = `ClientCertificate ${realm}`;
  readonly #setup: SchemeSetup;
  readonly #name: MtlsOptions['name'];
  readonly #rolesOf: ReturnType<typeof rolesBy>;
  readonly #forwarded: ForwardedCertificates | undefined;
  /** A certificate is read once for all requests of its connection. */
  readonly #known = new WeakMap<ClientConnection, Caller>();

  constructor({ subject, allow, name, header }: MtlsOptions, setup: SchemeSetup) {
    this.#setup = setup;
    this.#name = name;
    const bySubject = subject === undefined ? [] : [{ subject, roles: [] }];
    this.#rolesOf = rolesBy([...bySubject, ...allow]);
    this.#forwarded = header && new ForwardedCertificates(header);
  }

  authenticate(request: Presented): Caller | undefined {
    if (this.#forwarded?.isProxy(request)) {
      const raw = this.#forwarded.read(request);
      return raw && this.#current(this.#callerOf(raw));
    }
    const { connection } = request;
    return connection && this.#connected(connection);
  }

  #connected(connection: ClientConnection): Caller | undefined {
    const known = this.#known.get(connection);
    if (known !== undefined) return this.#current(known);
    const { certificate } = connection;
    if (certificate === undefined) return undefined;
    if (certificate.problem !== undefined) {
      const message = 'The client certificate is not trusted';
      throw new CredentialRefused(certificate.problem, message);
    }
    const caller = this.#callerOf(certificate.raw);
    this.#known.set(connection, caller);
    return this.#current(caller);
  }

  /** A connection may outlive the certificate that it was opened with. */
  #current(caller: Caller): Caller {
    const nowMs = this.#setup.now();
    const { expiresAtMs = nowMs, claims } = caller;
    if (expiresAtMs <= nowMs) {
      throw new CredentialRefused('expired', 'The client certificate has expired');
    }
    if (Number(claims['nbf']) * 1_000 > nowMs) {
      throw new CredentialRefused('not yet', 'The client certificate is not valid yet');
    }
    return caller;
  }

  #callerOf(raw: Uint8Array): Caller {
    const facts = factsOf(raw);
    const roles = this.#rolesOf(facts);
    const subject = nameOf(facts, this.#name);
    if (roles === undefined || subject === undefined) {
      const message = 'The client certificate is not accepted here';
      throw new CredentialRefused('no rule', message, { isForeign: true });
    }
    const { name: scheme } = this.#setup;
    const { issuer, notAfterMs: expiresAtMs } = facts;
    const claims = claimsOf(facts, subject, roles);
    return { scheme, subject, issuer, roles, claims, expiresAtMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function factsOf(raw: Uint8Array): CertificateFacts {
  try {
    return certificateFacts(raw);
  } catch (cause) {
    const message = 'The client certificate cannot be read';
    throw new CredentialRefused('malformed', message, { cause });
  }
}

function nameOf(facts: CertificateFacts, name: MtlsOptions['name']): string | undefined {
  const found = facts[name];
  const [first] = typeof found === 'string' ? [found] : (found ?? []);
  return first === '' ? undefined : first;
}

/** By the names of RFC 7519 where it has one. */
function claimsOf(facts: CertificateFacts, sub: string, roles: readonly string[]) {
  const { subject, issuer, serial, fingerprint, dns, uri, email } = facts;
  return {
    sub,
    iss: issuer,
    nbf: facts.notBeforeMs / 1_000,
    exp: facts.notAfterMs / 1_000,
    roles,
    subject,
    serial,
    fingerprint,
    sans: { dns, uri, email },
  };
}
