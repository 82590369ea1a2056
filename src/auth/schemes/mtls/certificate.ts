import { X509Certificate } from 'node:crypto';

/** What a certificate says of whom it is for. */
export interface CertificateFacts {
  /** RFC 4514: the most particular name first. Empty for one that has none. */
  readonly subject: string;
  readonly commonName: string | undefined;
  readonly issuer: string;
  /** Hexadecimal digits, as in claims of others. */
  readonly serial: string;
  /** SHA-256, in hexadecimal digits without colons. */
  readonly fingerprint: string;
  readonly dns: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Reads a certificate in DER; throws for what is none. */
export function certificateFacts(raw: Uint8Array): CertificateFacts {
  const certificate = new X509Certificate(raw);
  const { subject, issuer, serialNumber, fingerprint256, subjectAltName } = certificate;
  const names = alternativeNames(subjectAltName);
  return {
    subject: distinguishedName(subject),
    commonName: commonNameOf(subject),
    issuer: distinguishedName(issuer),
    serial: serialNumber.toLowerCase(),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    dns: names('DNS').map((name) => name.toLowerCase()),
    uri: names('URI'),
    email: names('email'),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
  };
}

/** Node gives a line for each part, the most general first, with what is special escaped. */
function distinguishedName(lines: string | undefined): string {
  const parts = lines?.split('\n').filter((line) => line !== '') ?? [];
  return parts
    .toReversed()
    .map((part) => part.replaceAll(' + ', '+'))
    .join(',');
}

/** The only one: of several, readers could take different ones. */
function commonNameOf(lines: string | undefined): string | undefined {
  const parts = lines?.split('\n').flatMap((line) => line.split(' + ')) ?? [];
  const names = parts.filter((part) => part.startsWith('CN='));
  const [only] = names;
  return names.length === 1 ? only?.slice('CN='.length) : undefined;
}

/** A kind and a value; one that could be taken for two stands in quotes, as in JSON. */
const entry = /([A-Za-z][\w ]*):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;

function alternativeNames(text = ''): (kind: string) => readonly string[] {
  const found: (readonly [kind: string, value: string])[] = [];
  entry.lastIndex = 0;
  while (entry.lastIndex < text.length) {
    const [, kind = '', value = ''] = entry.exec(text) ?? [];
    // What cannot be read is nobody's name.
    if (kind === '') return () => [];
    found.push([kind, value.startsWith('"') ? String(JSON.parse(value)) : value]);
  }
  return (kind) => found.filter(([of]) => of === kind).map(([, value]) => value);
}
