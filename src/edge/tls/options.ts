import { resolve } from 'node:path';
import { z } from 'zod';

const file = z.string().min(1);

const identity = {
  cert: file.describe(
    'The certificate in PEM, and behind it those that lead to its authority: a file, relative to ' +
      'the configuration file, or the text itself',
  ),
  key: file.describe('Its private key in PEM: a file, or the text itself'),
  passphrase: z
    .string()
    .min(1)
    .optional()
    .describe(
      'What the key is encrypted with; best taken from a file of secrets. Default: it is not',
    ),
};

/** A name, or `*.` and a name: then any one label stands before it (RFC 9525, section 6.3). */
const host = z
  .string()
  .regex(/^(?:\*\.)?[\w-]+(?:\.[\w-]+)*$/, 'Expected a name such as api.shop.test or *.shop.test')
  .toLowerCase();

/** `server.listen[].tls`: how an address speaks TLS. */
export const tlsOptions = z
  .strictObject({
    ...identity,
    certificates: z
      .array(
        z.strictObject({
          hosts: z
            .array(host)
            .min(1)
            .describe('Names that clients ask for; *.shop.test is every name directly below'),
          ...identity,
        }),
      )
      .default([])
      .describe('Other certificates for clients that ask for these names. Default none'),
    clientCa: file
      .optional()
      .describe(
        'Authorities in PEM that vouch for clients: a file or the text itself. Default none',
      ),
    clientAuth: z
      .enum(['none', 'request', 'require'])
      .optional()
      .describe(
        'Whether clients are asked for a certificate; with require, nobody connects without a good ' +
          'one. Default request where there is a clientCa, else none',
      ),
    minVersion: z
      .enum(['TLSv1.2', 'TLSv1.3'])
      .default('TLSv1.2')
      .describe('Oldest version that is spoken. Default TLSv1.2, which nothing in use lacks'),
  })
  .refine(({ clientAuth = 'none', clientCa }) => clientAuth === 'none' || clientCa !== undefined, {
    message: 'Certificates of clients are checked against a clientCa: name one',
    path: ['clientAuth'],
  });

/** What an operator writes under `tls`. */
export type TlsInput = z.input<typeof tlsOptions>;
/** How an address speaks TLS, with every default. */
export type TlsOptions = z.output<typeof tlsOptions>;
/** A certificate and its key. */
export type TlsCertificate = Pick<TlsOptions, 'cert' | 'key' | 'passphrase'>;

/** Whether clients of an address are asked for certificates. */
export function clientAuthOf({ clientAuth, clientCa }: TlsOptions): 'none' | 'request' | 'require' {
  return clientAuth ?? (clientCa === undefined ? 'none' : 'request');
}

/** True for PEM itself in the place of a file with it. */
export function isPem(given: string): boolean {
  return given.includes('-----BEGIN ');
}

/** The same with its paths seen from `folder`. */
export function resolveTls(tls: TlsOptions, folder: string): TlsOptions {
  const from = (given: string): string => (isPem(given) ? given : resolve(folder, given));
  const found = <One extends TlsCertificate>(one: One): One => {
    return { ...one, cert: from(one.cert), key: from(one.key) };
  };
  const { clientCa, certificates } = tls;
  const ca = clientCa === undefined ? {} : { clientCa: from(clientCa) };
  return { ...found(tls), ...ca, certificates: certificates.map(found) };
}
