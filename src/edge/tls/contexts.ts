import { constants, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { isPem, type TlsCertificate, type TlsOptions } from './options.ts';

/** What an address shows of itself, and whom it trusts. */
export interface TlsContexts {
  /** For clients that ask for no name of `named`. */
  readonly default: SecureContextOptions;
  readonly named: ReadonlyMap<string, SecureContext>;
  /** When the first of the certificates ends, in milliseconds since the epoch. */
  readonly endsMs: number;
}

/** What the files of an address say, by path. */
export type TlsFiles = ReadonlyMap<string, string>;

/** A file, and what is wrong with it. */
export class TlsUnusable extends Error {
  override readonly name = 'TlsUnusable';
  readonly file: string | undefined;

  constructor(message: string, file: string, cause: unknown) {
    super(message, { cause });
    this.file = isPem(file) ? undefined : file;
  }
}

/** The files that an address is made from. */
export function tlsFiles({ cert, key, clientCa, certificates }: TlsOptions): readonly string[] {
  const all = [cert, key, clientCa, ...certificates.flatMap((one) => [one.cert, one.key])];
  return [...new Set(all.filter((given) => given !== undefined))].filter((given) => !isPem(given));
}

/** Reads all of them; throws `TlsUnusable` for one that cannot be read. */
export async function readTlsFiles(options: TlsOptions): Promise<TlsFiles> {
  const texts = tlsFiles(options).map(async (file) => {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new TlsUnusable(reasonOf(cause), file, cause);
    });
    return [file, text] as const;
  });
  return new Map(await Promise.all(texts));
}

/** Throws `TlsUnusable` for what no connection could be made with. */
export function tlsContexts(options: TlsOptions, files: TlsFiles): TlsContexts {
  const textOf = (given: string): string => (isPem(given) ? given : (files.get(given) ?? ''));
  const { clientCa, minVersion, certificates } = options;
  const ca = clientCa === undefined ? {} : { ca: authorities(textOf(clientCa), clientCa) };
  const common = {
    ...ca,
    minVersion,
    // Nobody needs it, and each one costs as much as a new connection.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    // Without one, clients with certificates could not come back to their sessions.
    sessionIdContext: 'gatehouse',
  };
  const settings = ({ cert, key, passphrase }: TlsCertificate): SecureContextOptions => {
    const secret = passphrase === undefined ? {} : { passphrase };
    return { ...common, ...secret, cert: textOf(cert), key: textOf(key) };
  };
  const named = certificates.flatMap((one) => {
    const context = checked(settings(one), one.cert);
    return one.hosts.map((host) => [host, context] as const);
  });
  checked(settings(options), options.cert);
  const ends = [options, ...certificates].map(({ cert }) => endOf(textOf(cert)));
  return { default: settings(options), named: new Map(named), endsMs: Math.min(...ends) };
}

/** The context for a name: its own, else that of the names directly below its parent. */
export function contextFor({ named }: TlsContexts, name: string): SecureContext | undefined {
  const plain = name.toLowerCase();
  return named.get(plain) ?? named.get(plain.replace(/^[^.]+/, '*'));
}

function checked(settings: SecureContextOptions, file: string): SecureContext {
  try {
    return createSecureContext(settings);
  } catch (cause) {
    const isLocked = settings.passphrase === undefined && reasonOf(cause) === wrongPassphrase;
    throw new TlsUnusable(isLocked ? noPassphrase : reasonOf(cause), file, cause);
  }
}

const wrongPassphrase = 'the passphrase is not that of the key';
const noPassphrase = 'the key is encrypted, and has no passphrase here';

const pemBlock = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [A-Z0-9 ]+-----/g;

/** Node takes a text without certificates for a list of none, and nobody would be trusted. */
function authorities(text: string, file: string): string {
  const blocks = text.match(pemBlock) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (cause) {
    throw new TlsUnusable(reasonOf(cause), file, cause);
  }
  if (blocks.length > 0) return text;
  throw new TlsUnusable('it has no certificates in PEM', file, undefined);
}

function endOf(cert: string): number {
  return new X509Certificate(cert).validToDate.getTime();
}

function reasonOf(cause: unknown): string {
  const known = typeof cause === 'object' && cause !== null && 'code' in cause;
  const code = known ? String(cause.code) : '';
  return reasons[code] ?? `it cannot be used (${code || 'unknown'})`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key is not that of the certificate',
  ERR_OSSL_PEM_NO_START_LINE: 'the certificate or its key is not in PEM',
  ERR_OSSL_PEM_BAD_END_LINE: 'the certificate or its key breaks off',
  ERR_OSSL_BAD_DECRYPT: wrongPassphrase,
  ERR_OSSL_PKCS12_CIPHERFINAL_ERROR: wrongPassphrase,
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: noPassphrase,
};
