import { z } from 'zod';
import { duration, timeLimit } from '../../../lib/duration.ts';

/** `ldap`: names and passwords (RFC 7617) of users of a directory (RFC 4511). */
export const ldapOptions = z
  .strictObject({
    url: z
      .string()
      .regex(/^ldaps?:\/\/[^/\s]+$/, 'Expected a URL such as ldaps://ldap.shop.test')
      .describe('The directory: ldaps:// from the first byte encrypted, ldap:// with `startTls`'),
    startTls: z
      .boolean()
      .default(false)
      .describe('Whether ldap:// is encrypted before anything is said. Default false'),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        "File with the certificates that vouch for the directory. Default: those of this machine. A relative path starts at the configuration file's folder",
      ),
    bindDn: z.string().default('').describe('Who looks for users. Default nobody in particular'),
    bindPassword: z
      .string()
      .default('')
      .describe('The password, best by a reference. Default none'),
    base: z.string().min(1).describe('Where users are, such as ou=people,dc=shop'),
    filter: z
      .string()
      .regex(/^\(.*\{user\}.*\)$/s, 'Expected a filter such as (uid={user})')
      .default('(uid={user})')
      .describe('What finds a user; {user} is the name that was given. Default (uid={user})'),
    subject: z
      .string()
      .min(1)
      .default('uid')
      .describe('Attribute that names the caller. Default uid'),
    groups: z
      .string()
      .min(1)
      .default('memberOf')
      .describe('Attribute with the groups of a user. Default memberOf'),
    roles: z
      .record(z.string().min(1), z.string().min(1).describe('Name of the group that has the role'))
      .default({})
      .describe('Roles with the group of each, such as cn=staff,ou=groups,dc=shop. Default none'),
    claims: z
      .array(z.string().min(1))
      .default([])
      .describe('Attributes that become claims, such as mail. Default none'),
    timeout: timeLimit.prefault('5s').describe('For each question. Default 5s'),
    connections: z
      .int()
      .min(1)
      .default(32)
      .describe('Most users who are looked for at once; others get 503. Default 32'),
    cache: duration
      .prefault('60s')
      .describe('For how long a user who was let in is not looked for again. Default 60s'),
  })
  .refine(
    ({ url, startTls }) => !(startTls && url.startsWith('ldaps:')),
    'ldaps:// is encrypted already: startTls is for ldap://',
  );

/** The options of `ldap` with every default. */
export type LdapOptions = z.output<typeof ldapOptions>;
