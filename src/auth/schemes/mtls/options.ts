import { isIP } from 'node:net';
import { z } from 'zod';
import { headerName, textOrList } from '../../fields.ts';

const fingerprint = z
  .string()
  .regex(/^(?:[0-9a-f]{2}:?){32}$/i, 'Expected the 64 hexadecimal digits of a SHA-256')
  .transform((text) => text.replaceAll(':', '').toLowerCase());

const subject = textOrList.describe(
  'The whole subject as RFC 4514 writes it, such as CN=device-*,O=Shop; a star is any part of one value',
);

/** All that a rule names has to fit; of several texts, one. */
const rule = z
  .strictObject({
    subject: subject.optional(),
    dns: textOrList
      .optional()
      .describe('A DNS name among the alternative names, such as *.shop.test; a star has no dot'),
    uri: textOrList
      .optional()
      .describe('A URI among them, such as spiffe://shop.test/ns/*/sa/web; a star has no slash'),
    email: textOrList
      .optional()
      .describe('An e-mail address among them, such as *@shop.test; a star has no @'),
    fingerprint: z
      .union([fingerprint, z.array(fingerprint).min(1)], 'Expected one fingerprint or a list')
      .transform((given) => (typeof given === 'string' ? [given] : given))
      .optional()
      .describe('SHA-256 of the certificate itself, in hexadecimal digits'),
    roles: z.array(z.string().min(1)).default([]).describe('Roles of who fits. Default none'),
  })
  .refine(
    ({ roles: _, ...conditions }) => Object.values(conditions).some((given) => given !== undefined),
    'A rule says which certificates it is for: subject, dns, uri, email or fingerprint',
  );

/** An address, or a network as 10.0.0.0/8. */
const network = z.string().refine(isNetwork, 'Expected an IP address, or a network as 10.0.0.0/8');

/** `mtls`: certificates that clients show when they connect. */
export const mtlsOptions = z.strictObject({
  subject: subject
    .optional()
    .describe('Subjects that are accepted, in place of `allow` with nothing but subjects'),
  allow: z
    .array(rule)
    .default([])
    .describe(
      'Which certificates are accepted: those that one of these rules fits, with the roles of all ' +
        'that fit. Default every one that an authority of the listener vouches for',
    ),
  name: z
    .enum(['subject', 'commonName', 'dns', 'uri', 'email'])
    .default('subject')
    .describe(
      'What the caller is called by: the whole subject, its common name, or the first alternative ' +
        'name of a kind; without it the certificate is refused. Default subject',
    ),
  header: z
    .strictObject({
      name: headerName
        .default('client-cert')
        .describe('Name of the header. Default Client-Cert, of RFC 9440'),
      from: z
        .array(network)
        .min(1)
        .describe(
          'Addresses of the proxies, such as 10.0.0.0/8. They have verified the certificate, and take ' +
            'this header from clients away; from all others it means nothing',
        ),
    })
    .optional()
    .describe(
      'Where a proxy speaks TLS with the clients: the header in which it passes their certificates ' +
        'on. Its own certificate is then nobody. Default none: such headers mean nothing',
    ),
});

/** The options of `mtls` with every default. */
export type MtlsOptions = z.output<typeof mtlsOptions>;
/** Which certificates are accepted. */
export type CertificateRule = MtlsOptions['allow'][number];

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
