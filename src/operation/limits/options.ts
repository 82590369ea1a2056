import { z } from 'zod';

/** A limit that is in force. */
export interface Limit {
  readonly max: number;
  /** Undefined where the limits as a whole say it. */
  readonly warnOnly?: boolean | undefined;
}

/** As a number, as `false` for no limit, or as a map with what differs from the default. */
function limit(most: number, description: string, { least = 1 } = {}) {
  const max = z.int().min(least);
  const detailed = z.strictObject({
    max: max.default(most).describe(`The most that is taken. Default ${most}`),
    warnOnly: z
      .boolean()
      .optional()
      .describe('Whether more is logged and served. Default: as for all limits'),
  });
  return z
    .union(
      [max, z.literal(false), detailed],
      `Expected a whole number of at least ${least}, false, or a map of max and warnOnly`,
    )
    .prefault(most)
    .transform((given): Limit | false => (typeof given === 'number' ? { max: given } : given))
    .describe(description);
}

/** `graphql.limits`: how large an operation may be. Fragments count wherever they are spread. */
export const limitsOptions = z.strictObject({
  warnOnly: z
    .boolean()
    .default(false)
    .describe(
      'Whether what exceeds a limit is logged and counted, and served all the same: for trying ' +
        'limits out. Default false',
    ),
  trustedDocuments: z
    .boolean()
    .default(true)
    .describe(
      'Whether limits of documents hold for those that are asked for by the id of a trusted ' +
        'document; those of variables always do. Default true',
    ),
  tokens: limit(
    15_000,
    'Most tokens of a document, comments among them. Default 15000, dozens of written pages',
  ),
  recursion: limit(500, 'Most brackets of a document that are open at once. Default 500'),
  depth: limit(50, 'Most fields within each other. Default 50; people write less than 20'),
  height: limit(
    1_000,
    'Most fields, equal ones of one selection set counted once, without introspection. Default ' +
      '1000, several times what a large page asks',
  ),
  aliases: limit(
    30,
    'Most fields under an alias. Default 30. What compilers write, such as `__isNode: __typename`, ' +
      'does not count',
    { least: 0 },
  ),
  rootFields: limit(20, 'Most fields at the root of an operation. Default 20'),
  directives: limit(50, 'Most directives of an operation. Default 50', { least: 0 }),
  selections: limit(
    5_000,
    'Most fields and fragments of an operation, equal ones among them. Default 5000: fragments ' +
      'within fragments multiply',
  ),
  fragments: limit(500, 'Most fragments of a document. Default 500'),
  operations: limit(
    100,
    'Most operations of a document, of which one is run. Default 100, for tools that send whole files',
  ),
  variables: limit(500, 'Most variables of an operation. Default 500'),
  operationName: limit(512, 'Most characters of the name of an operation. Default 512'),
  introspectionDepth: limit(
    2,
    'Most lists of fields, interfaces and types within each other that introspection may ask. ' +
      'Default 2; the query of tools has one',
  ),
  listSize: limit(10_000, 'Most items of a list in variables. Default 10000'),
  variablesDepth: limit(
    200,
    'Most lists and objects within each other in variables. Default 200, for documents in JSON',
  ),
});

/** What an operator writes of limits. */
export type LimitsInput = z.input<typeof limitsOptions>;
/** All limits with their defaults; `false` is none. */
export type LimitsOptions = z.output<typeof limitsOptions>;
/** The name of a limit, in the configuration, in the log and in metrics. */
export type LimitName = Exclude<keyof LimitsOptions, 'warnOnly' | 'trustedDocuments'>;
