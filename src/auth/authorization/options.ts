import { z } from 'zod';
import { policiesOptions } from '../policies/options.ts';

const errors = z.strictObject({
  response: z
    .enum(['errors', 'extensions', 'disabled'])
    .default('errors')
    .describe(
      'Where clients read what was left out: `errors`, `extensions` (as authorizationErrors), or ' +
        '`disabled`, nowhere. Default errors',
    ),
  log: z
    .boolean()
    .default(true)
    .describe('Whether what was left out is logged, with its paths. Default true'),
});

/** `graphql.authorization`: what `@authenticated`, `@requiresScopes` and `@policy` come to. */
export const authorizationOptions = z.strictObject({
  mode: z
    .enum(['filter', 'reject'])
    .default('filter')
    .describe(
      'What becomes of an operation that selects what its caller may not see: `filter` answers ' +
        'the rest, `reject` executes nothing. Default filter',
    ),
  dryRun: z
    .boolean()
    .default(false)
    .describe('Whether it is only logged what would be left out. Default false'),
  errors: errors.prefault({}).describe('What is told of fields that were left out'),
  policies: policiesOptions.prefault({}).describe('Who decides on the policies of @policy'),
});

/** What an operator writes of authorization. */
export type AuthorizationInput = z.input<typeof authorizationOptions>;
/** The options with every default. */
export type AuthorizationOptions = z.output<typeof authorizationOptions>;
