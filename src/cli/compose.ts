import { Command } from 'commander';
import { HttpClient } from '../clients/http.ts';
import { formatProblem, type Problem, StartupError } from '../errors.ts';
import type { Composed } from '../supergraph/composition.ts';
import { postThrough } from '../supergraph/sources/ask-sdl.ts';
import { gather } from '../supergraph/sources/gather.ts';
import { readText } from '../supergraph/sources/read-text.ts';
import { readSupergraphYaml } from '../supergraph/sources/supergraph-yaml.ts';
import { writeAtomically } from '../supergraph/sources/write-atomically.ts';
import { type Format, formatOption, type Output, reporting, toJson } from './output.ts';

interface ComposeFlags {
  readonly config: string;
  readonly out?: string;
  readonly format: Format;
}

const example = `
Example:
  $ gatehouse compose --config supergraph.yaml --out supergraph.graphql

supergraph.yaml has rover's format, and a role where the CQRS rules are to hold:
  federation_version: 2
  subgraphs:
    orders-query:
      routing_url: http://localhost:4001/graphql
      role: query
      schema: { file: orders-query.graphql }
    orders-command:
      routing_url: http://localhost:4002/graphql
      role: command
      schema: { subgraph_url: http://localhost:4002/graphql }

Exit code: 0 composed; 1 not composable, or against the CQRS rules; 2 usage or configuration;
3 a subgraph cannot be reached.`;

/** `gatehouse compose`: makes a supergraph from a list of subgraphs, as they are now. */
export function composeCommand(output: Output): Command {
  return new Command('compose')
    .description('Compose a supergraph from subgraphs')
    .requiredOption('--config <file>', 'list of subgraphs, in the format of supergraph.yaml')
    .option('--out <file>', 'write the supergraph to a file instead of standard output')
    .addOption(formatOption())
    .addHelpText('after', example)
    .action((flags: ComposeFlags) => reporting(flags.format, output, () => run(flags, output)));
}

async function run({ config, out, format }: ComposeFlags, output: Output): Promise<void> {
  const { supergraphSdl, hints } = await composeFresh(config, new AbortController().signal);
  if (out !== undefined) await write(out, supergraphSdl);
  if (format === 'json') {
    return output.stdout(toJson(out === undefined ? { supergraphSdl, hints } : { out, hints }));
  }
  for (const hint of hints) output.stderr(`${formatProblem(hint)}\n`);
  output.stdout(out === undefined ? supergraphSdl : `Composed ${out}\n`);
}

/** Unlike the gateway at its start, takes no last good schema for one that is out of reach. */
async function composeFresh(file: string, signal: AbortSignal): Promise<Composed> {
  await using client = new HttpClient({
    connections: 1,
    keepAliveMs: 1,
    connectTimeoutMs: 5_000,
    maxBodyBytes: 64 * 1024 * 1024,
  });
  const entries = readSupergraphYaml(await readText(file, signal), file, process.env);
  const asking = { post: postThrough(client), timeoutMs: 10_000 };
  const gathered = await gather(entries, asking, signal);
  const unreachable = gathered.flatMap((one) => ('problem' in one ? [one.problem] : []));
  if (unreachable.length > 0) throw new StartupError('unreachable', unreachable);
  // Its packages are large: no other command is to load them.
  const { compose } = await import('../supergraph/compose.ts');
  const composition = compose(gathered.filter((one) => 'sdl' in one));
  if ('problems' in composition) throw new StartupError('supergraph', composition.problems);
  return composition;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeAtomically(file, text);
  } catch (cause) {
    const reason = (cause as { code?: unknown } | undefined)?.code ?? cause;
    const message = `The supergraph cannot be written: ${String(reason)}`;
    const problem: Problem = { code: 'FILE_NOT_WRITABLE', message, file };
    throw new StartupError('configuration', [problem], { cause });
  }
}
