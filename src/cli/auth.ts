import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'graphql';
import { accessFacts, FieldDemands } from '../auth/authorization/access-facts.ts';
import { type AccessMatrix, accessMatrix, type Need } from '../auth/authorization/access-matrix.ts';
import { type ExplainedField, explainAccess } from '../auth/authorization/explain.ts';
import { graphNames, guardedTypes } from '../auth/authorization/guarded-types.ts';
import type { Standing } from '../auth/authorization/requirement.ts';
import { claimedScopes } from '../auth/caller.ts';
import { GatewayError, StartupError } from '../errors.ts';
import { isObject, type JsonObject } from '../lib/own.ts';
import { Documents } from '../operation/documents.ts';
import { chooseOperation } from '../operation/operation.ts';
import { FileSource } from '../supergraph/sources/file.ts';
import { keyCommand } from './auth-key.ts';
import { type Format, formatOption, type Output, reporting, toJson } from './output.ts';

interface MatrixFlags {
  readonly supergraph: string;
  readonly format: Format;
}

interface ExplainFlags extends MatrixFlags {
  readonly query: string;
  readonly operation?: string;
  readonly claims?: JsonObject;
  readonly granted: readonly string[];
}

/** `gatehouse auth`: what a supergraph asks of callers, what some caller may see, and keys. */
export function authCommand(output: Output): Command {
  return new Command('auth')
    .description('Show what callers may see, and make keys for them')
    .addCommand(explainCommand(output))
    .addCommand(matrixCommand(output))
    .addCommand(keyCommand(output));
}

const explainHelp = `
Example:
  $ echo '{ me { name email } }' | gatehouse auth explain --supergraph supergraph.graphql --query - \\
      --claims '{ "scope": "profile" }'
  pass  me        Query.me
  pass  me.name   User.name
  pass  me.email  User.email  scope profile (User.email of accounts)

Of each demand it says on which element it is written, and which subgraphs define that. Without
--claims, nobody is logged in. Policies are denied unless --granted names them.
Exit code: 0, whether all passes or not.`;

function explainCommand(output: Output): Command {
  return new Command('explain')
    .description('Say of each field of an operation what it demands, and whether a caller has it')
    .requiredOption('--supergraph <file>', 'a composed supergraph')
    .requiredOption('--query <file>', 'the GraphQL document; - reads standard input')
    .option('--operation <name>', 'the operation, where the document has several')
    .option('--claims <json>', 'the claims of the caller, as a JSON object', claimsFlag)
    .option('--granted <policies...>', 'policies that are granted', [])
    .addOption(formatOption())
    .addHelpText('after', explainHelp)
    .action((flags: ExplainFlags) =>
      reporting(flags.format, output, async () => {
        const fields = await explain(flags);
        output.stdout(flags.format === 'json' ? toJson({ fields }) : explainedText(fields));
      }),
    );
}

const matrixHelp = `
Example:
  $ gatehouse auth matrix --supergraph supergraph.graphql
                authenticated  profile  policy:staff
  User.email    -              x        -
  User.notes    x              -        o

x: it takes this; o: this is one way among others. Fields that ask nothing are left out.`;

function matrixCommand(output: Output): Command {
  return new Command('matrix')
    .description('Print scopes and policies by the fields that ask for them')
    .requiredOption('--supergraph <file>', 'a composed supergraph')
    .addOption(formatOption())
    .addHelpText('after', matrixHelp)
    .action((flags: MatrixFlags) =>
      reporting(flags.format, output, async () => {
        const matrix = accessMatrix(accessFacts(parse(await readSupergraph(flags.supergraph))));
        output.stdout(flags.format === 'json' ? toJson(matrix) : matrixText(matrix));
      }),
    );
}

async function explain(flags: ExplainFlags): Promise<readonly ExplainedField[]> {
  const sdl = await readSupergraph(flags.supergraph);
  // The planner's packages are large: no other command is to load them.
  const { createPlanner } = await import('../plan/planner.ts');
  const { apiSchema: schema } = createPlanner(sdl, flags.supergraph);
  const { definition, document } = await operationOf(flags, new Documents(schema, 1));
  const supergraph = parse(sdl);
  return explainAccess({
    tree: { definition, fragments: document.fragments },
    schema,
    demands: new FieldDemands(guardedTypes(supergraph)),
    standing: standingOf(flags),
    graphNames: graphNames(supergraph),
  });
}

async function operationOf({ query, operation }: ExplainFlags, documents: Documents) {
  const document = query === '-' ? await text(process.stdin) : await readDocument(query);
  try {
    return chooseOperation(documents.check(document).document, operation);
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const [place] = cause.details[0]?.locations ?? [];
    const file = query === '-' ? {} : { file: query };
    const problem = { code: cause.code, message: cause.message, ...file, ...place };
    throw new StartupError('supergraph', [problem], { cause });
  }
}

async function readSupergraph(file: string): Promise<string> {
  return (await new FileSource({ file }).load(new AbortController().signal)).sdl;
}

async function readDocument(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const problem = { code: 'NOT_FOUND', message: 'The document cannot be read', file };
    throw new StartupError('configuration', [problem], { cause });
  }
}

function claimsFlag(json: string): JsonObject {
  try {
    const claims: unknown = JSON.parse(json);
    if (isObject(claims)) return claims;
  } catch {
    // Said below, as of other JSON that is no object.
  }
  throw new InvalidArgumentError('Expected a JSON object such as {"scope":"profile"}.');
}

function standingOf({ claims, granted }: ExplainFlags): Standing {
  const scopes = new Set(claims === undefined ? [] : claimedScopes(claims));
  return { authenticated: claims !== undefined, scopes, policies: new Set(granted) };
}

function explainedText(fields: readonly ExplainedField[]): string {
  const rows = fields.map(({ path, field, passes, demands }) => {
    const asked = demands.map(({ requires, element, subgraphs }) => {
      return `${requires} (${element} of ${subgraphs.join(', ')})`;
    });
    return [passes ? 'pass' : 'deny', path, field, asked.join(' + ')];
  });
  return tableOf(rows);
}

const signs: Readonly<Record<Need, string>> = { all: 'x', some: 'o', none: '-' };

function matrixText({ scopes, policies, rows }: AccessMatrix): string {
  const head = ['', 'authenticated', ...scopes, ...policies.map((name) => `policy:${name}`)];
  const lines = rows.map((row) => [
    row.field,
    row.authenticated ? 'x' : '-',
    ...scopes.map((name) => signs[row.scopes[name] ?? 'none']),
    ...policies.map((name) => signs[row.policies[name] ?? 'none']),
  ]);
  return tableOf([head, ...lines]);
}

/** Columns as wide as their widest cell. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, { length }] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, length);
    }
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
