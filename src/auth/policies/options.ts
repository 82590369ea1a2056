import { z } from 'zod';
import { timeLimit } from '../../lib/duration.ts';
import { readRule } from './rule.ts';

const rule = z
  .string()
  .superRefine((text, context) => {
    const read = readRule(text);
    if (!(read instanceof Error)) return;
    context.addIssue({ code: 'custom', message: `Expected an expression in CEL: ${read.message}` });
  })
  .describe(
    'An expression in CEL that gives a bool: of caller (authenticated, subject, issuer, scopes, ' +
      'roles, claims), operation (name, kind) and request (method, headers, clientAddress)',
  );

const service = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'Expected an http: or https: URL' })
    .describe('What is asked, with POST and { input }; such as http://opa:8181/v1/data/graph'),
  headers: z
    .record(z.string().toLowerCase(), z.string().describe('Its value'))
    .default({})
    .describe('Headers of the question, such as an authorization. Default none'),
});

/** `graphql.authorization.policies`: who decides on the policies that `@policy` names. */
export const policiesOptions = z.strictObject({
  timeout: timeLimit
    .prefault('1s')
    .describe('For all decisions of one operation; then what is undecided is denied. Default 1s'),
  rules: z
    .record(z.string().min(1), rule)
    .default({})
    .describe('Rules by the name of a policy. Default none'),
  service: service
    .optional()
    .describe('Decides on policies without a rule, all of an operation at once, as OPA does'),
});

/** The options with every default. */
export type PoliciesOptions = z.output<typeof policiesOptions>;
