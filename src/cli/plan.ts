import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { GatewayError, StartupError } from '../errors.ts';
import { Documents } from '../operation/documents.ts';
import { chooseOperation } from '../operation/operation.ts';
import { exposedPlan } from '../plan/expose.ts';
import type { Planner } from '../plan/planner.ts';
import { Plans } from '../plan/plans.ts';
import { FileSource } from '../supergraph/sources/file.ts';
import { type Format, formatOption, type Output, reporting, toJson } from './output.ts';

interface PlanFlags {
  readonly supergraph: string;
  readonly query: string;
  readonly operation?: string;
  readonly format: Format;
}

const help = `
Example:
  $ echo '{ products { name } }' | gatehouse plan --supergraph supergraph.graphql --query -`;

/** `gatehouse plan`: how the gateway would fetch an operation. */
export function planCommand(output: Output): Command {
  return new Command('plan')
    .description('Show the query plan of an operation')
    .requiredOption('--supergraph <file>', 'a composed supergraph')
    .requiredOption('--query <file>', 'the GraphQL document; - reads standard input')
    .option('--operation <name>', 'the operation, where the document has several')
    .addOption(formatOption())
    .addHelpText('after', help)
    .action((flags: PlanFlags) => reporting(flags.format, output, () => plan(flags, output)));
}

async function plan(flags: PlanFlags, output: Output): Promise<void> {
  const planner = await loadPlanner(flags.supergraph);
  const document = await readDocument(flags.query);
  try {
    const plan = await planFor(document, flags.operation, planner);
    const { text, object } = await exposedPlan(plan);
    output.stdout(flags.format === 'json' ? toJson(object) : `${text}\n`);
  } catch (thrown) {
    throw thrown instanceof GatewayError ? refusal(thrown, flags.query) : thrown;
  }
}

async function loadPlanner(file: string): Promise<Planner> {
  const { sdl } = await new FileSource({ file }).load(new AbortController().signal);
  // The planner's packages are large: no other command is to load them.
  const { createPlanner } = await import('../plan/planner.ts');
  return createPlanner(sdl, file);
}

async function planFor(document: string, operationName: string | undefined, planner: Planner) {
  const documents = new Documents(planner.apiSchema, Number.MAX_SAFE_INTEGER);
  const plans = new Plans(planner, Number.MAX_SAFE_INTEGER);
  const operation = chooseOperation(documents.check(document).document, operationName);
  return (await plans.get(operation, [], new AbortController().signal)).plan;
}

async function readDocument(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const problem = { code: 'NOT_FOUND', message: 'The document cannot be read', file };
    throw new StartupError('configuration', [problem], { cause });
  }
}

/** An operation that does not fit the supergraph, with each place in the document. */
function refusal(error: GatewayError, file: string): StartupError {
  const details = error.details.length > 0 ? error.details : [error];
  const problems = details.map((detail) => ({
    code: error.code,
    message: detail.message,
    ...(file !== '-' && { file }),
    ...('locations' in detail ? detail.locations?.[0] : {}),
  }));
  return new StartupError('supergraph', problems, { cause: error });
}
