import { z } from 'zod';

const visibility = z.enum(['masked', 'exposed']);

/** What clients read of a subgraph's error: our own message, or the subgraph's. */
export type ErrorVisibility = z.output<typeof visibility>;

const subgraphs = z
  .object({
    all: visibility
      .default('masked')
      .describe('For subgraphs that are not named here. Default masked: messages tell of insides'),
  })
  .catchall(visibility.describe('For the subgraph of this name; no default, `all` applies'));

/** `graphql.errors`: what clients read of an error that a subgraph reported. */
export const errorOptions = z.strictObject({
  subgraphs: subgraphs
    .prefault({})
    .describe('By subgraph, masked or exposed: whether its own messages reach clients'),
  maskedMessage: z
    .string()
    .min(1)
    .default('Subgraph error')
    .describe('Message in place of a masked one. Default "Subgraph error"'),
  extensions: z
    .array(z.string().min(1).describe('Key of an error extension'))
    .default(['code'])
    .describe(
      'Keys of extensions that are kept of a subgraph error, masked or not. Default [code], by ' +
        'which clients tell errors apart',
    ),
  service: z
    .boolean()
    .default(true)
    .describe('Whether extensions.service names the subgraph. Default true, as clients know it'),
});

/** What an operator writes under `graphql.errors`. */
export type ErrorInput = z.input<typeof errorOptions>;
/** `graphql.errors` with every default. */
export type ErrorOptions = z.output<typeof errorOptions>;

/** Whether clients read the messages of `subgraph`. */
export function errorVisibility(subgraph: string, { subgraphs }: ErrorOptions): ErrorVisibility {
  const own = Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph] : undefined;
  return own ?? subgraphs.all;
}
