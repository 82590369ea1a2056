import { z } from 'zod';
import { size } from '../lib/size.ts';
import { costOptions } from './cost/options.ts';
import { limitsOptions } from './limits/options.ts';
import { trustedDocumentsOptions } from './trusted/options.ts';

const documentCache = z.strictObject({
  size: size
    .prefault('32MiB')
    .describe('Memory for them. Default 32MiB, some thousand documents; the least used go first'),
});

const persistedQueries = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether a client may send a hash in place of a known text. Default true'),
  size: size
    .prefault('32MiB')
    .describe('Memory for texts. Default 32MiB; clients send again what was forgotten'),
});

/** The part of `graphql` that says which operations are taken and what is kept of them. */
export const operationOptions = z.strictObject({
  introspection: z
    .union([z.boolean(), z.literal('filtered')], 'Expected true, false or filtered')
    .default(true)
    .describe(
      'Whether clients may ask for __schema and __type; `filtered` shows, there and in ' +
        'suggestions, only what the caller may select. Default true, as tools need it; in ' +
        'production false',
    ),
  suggestions: z
    .boolean()
    .default(true)
    .describe(
      'Whether errors suggest names of the schema ("Did you mean"). Default true; in production ' +
        'false, since they tell what introspection does not',
    ),
  limits: limitsOptions
    .prefault({})
    .describe('How large an operation may be. More is refused with status 400, before it is run'),
  cost: costOptions
    .prefault({})
    .describe('Demand control: what operations may cost, by @cost and @listSize'),
  documentCache: documentCache.prefault({}).describe('Documents kept parsed and validated'),
  persistedQueries: persistedQueries
    .prefault({})
    .describe('Automatic persisted queries: clients send an operation once, then only its SHA-256'),
  trustedDocuments: trustedDocumentsOptions
    .optional()
    .describe('Documents that clients ask for by an id, and perhaps nothing else. Default none'),
});

/** What an operator writes of operations. */
export type OperationInput = z.input<typeof operationOptions>;
/** The operations' options with every default; sizes in bytes. */
export type OperationOptions = z.output<typeof operationOptions>;
