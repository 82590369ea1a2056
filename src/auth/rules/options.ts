import { z } from 'zod';
import { readRule } from '../policies/rule.ts';

const names = z.array(z.string().min(1)).min(1);
const claimValue = z.union([z.string(), z.number(), z.boolean()]);

const when = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const rule = readRule(text);
    if (rule instanceof Error) context.addIssue({ code: 'custom', message: rule.message });
  });

function listsOf(given: readonly (string | readonly string[])[]): readonly (readonly string[])[] {
  const lists = given.filter((each) => typeof each !== 'string');
  return lists.length > 0 ? lists : [given.filter((each) => typeof each === 'string')];
}

/** `allow`: who is let in. All that is named has to hold. */
export const allowOptions = z
  .strictObject({
    roles: names.optional().describe('Callers have one of these roles'),
    scopes: z
      .union(
        [names, z.array(names).min(1)],
        'Expected a list of scopes, or a list of such lists of which one will do',
      )
      .transform((given) => listsOf(given))
      .optional()
      .describe('Callers have all of these scopes; of several lists, all of one'),
    claims: z
      .record(
        z.string().min(1),
        z
          .union([claimValue, z.array(claimValue).min(1)])
          .describe('The value, or a list of values of which one will do'),
      )
      .optional()
      .describe('Claims by name or path with the value, or one of the values, that they have'),
    when: when
      .optional()
      .describe(
        'A rule in CEL over caller (subject, issuer, scopes, roles, claims) and request ' +
          '(method, path, headers, clientAddress) that gives true',
      ),
  })
  .refine(
    (given) => Object.values(given).some((one) => one !== undefined),
    'Say who is allowed: roles, scopes, claims or when',
  );

/** Who is let in, where that is said. */
export type AllowOptions = z.output<typeof allowOptions>;
