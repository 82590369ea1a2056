import { hash, randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { type Format, formatOption, type Output, toJson } from './output.ts';

/** As long as a hash: whoever tries keys finds none. */
const keyBytes = 32;

const help = `
Example:
  $ gatehouse auth key
  key   gk_3q2-7wAAAA...
  hash  sha256:5feceb66...

The key is printed this once, for its holder; the hash goes into the configuration, under
auth.<scheme>.apiKey.keys.<holder>, or into its keysFile.`;

/** `gatehouse auth key`: makes a key for the scheme `apiKey`. */
export function keyCommand(output: Output): Command {
  return new Command('key')
    .description('Make a key for the scheme apiKey, and print it with its hash')
    .addOption(formatOption())
    .addHelpText('after', help)
    .action(({ format }: { readonly format: Format }) => {
      // The prefix tells those who scan for leaked secrets what they have found.
      const key = `gk_${randomBytes(keyBytes).toString('base64url')}`;
      const made = { key, hash: `sha256:${hash('sha256', key)}` };
      output.stdout(format === 'json' ? toJson(made) : `key   ${made.key}\nhash  ${made.hash}\n`);
    });
}
