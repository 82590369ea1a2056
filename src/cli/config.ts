import { Command } from 'commander';
import { diff, type SettingChange, type SettingSide } from '../config/diff.ts';
import { explain, type Setting } from '../config/explain.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { configFileIn, defaultConfigFile, loadConfig } from '../config/load.ts';
import { unsafe } from '../config/unsafe.ts';
import { formatProblem } from '../errors.ts';
import { checkManifests } from '../operation/trusted/read-manifests.ts';
import { type Format, formatOption, type Output, reporting, toJson } from './output.ts';

interface ConfigFlags {
  readonly config?: string;
  readonly format: Format;
}

/** `gatehouse config`: checks a configuration, describes its format, tells what is in effect or would change. */
export function configCommand(output: Output): Command {
  return new Command('config')
    .description('Check and explain a configuration')
    .addCommand(checkCommand(output))
    .addCommand(schemaCommand(output))
    .addCommand(explainCommand(output))
    .addCommand(diffCommand(output));
}

function checkCommand(output: Output): Command {
  return reportingCommand('check')
    .description('Say whether a configuration is valid, or all that is wrong with it')
    .addHelpText('after', checkHelp)
    .action((flags: ConfigFlags) =>
      reporting(flags.format, output, async () => {
        const file = flags.config ?? defaultConfigFile;
        const loaded = await loadConfig({ file, env: process.env });
        await checkManifests(loaded.config.graphql.trustedDocuments);
        const warnings = unsafe(loaded);
        if (flags.format === 'json') {
          return output.stdout(toJson({ file, valid: true, problems: [], warnings }));
        }
        output.stdout(`${file} is valid\n`);
        for (const warning of warnings) output.stderr(`${formatProblem(warning)}\n`);
      }),
    );
}

const checkHelp = `
Example:
  $ gatehouse config check --config gatehouse.yaml
  gatehouse.yaml is valid

A problem is printed as file:line:column CODE message, and so is a warning of what is not safe in
production (UNSAFE_IN_PRODUCTION). The variables and files that the configuration refers to have to
be there; their values are never printed.
Exit code: 0 valid, with or without warnings; 2 not valid.`;

function schemaCommand(output: Output): Command {
  return new Command('schema')
    .description('Print the JSON Schema of the configuration')
    .addHelpText('after', schemaHelp)
    .action(() => output.stdout(toJson(configJsonSchema())));
}

const schemaHelp = `
Example:
  $ gatehouse config schema > gatehouse.schema.json

Editors that know YAML use it when the configuration begins with:
  # yaml-language-server: $schema=./gatehouse.schema.json`;

function explainCommand(output: Output): Command {
  return reportingCommand('explain')
    .description('Print every setting in effect and where it comes from')
    .addHelpText('after', explainHelp)
    .action((flags: ConfigFlags) =>
      reporting(flags.format, output, async () => {
        const file = flags.config ?? (await configFileIn('.'));
        const { settings } = await loadConfig({ file, env: process.env });
        const explained = explain(settings);
        const json = flags.format === 'json';
        output.stdout(json ? toJson({ settings: explained }) : toTable(explained));
      }),
    );
}

const explainHelp = `
Example:
  $ gatehouse config explain --config gatehouse.yaml
  server.listen[0].port  8080          gatehouse.yaml:3:19
  graphql.path           "/graphql"    default

Of a setting that refers to a variable or a file, the reference is printed, not its value.
Without --config and without a gatehouse.yaml, these are the defaults.
Exit code: 0 explained; 2 the configuration is not valid.`;

interface DiffFlags extends ConfigFlags {
  readonly against: string;
}

function diffCommand(output: Output): Command {
  return reportingCommand('diff')
    .description('Print what another configuration would change')
    .requiredOption('--against <file>', 'the other configuration')
    .addHelpText('after', diffHelp)
    .action((flags: DiffFlags) =>
      reporting(flags.format, output, async () => {
        const file = flags.config ?? defaultConfigFile;
        const before = await loadConfig({ file, env: process.env });
        const after = await loadConfig({ file: flags.against, env: process.env });
        const changes = diff(before.settings, after.settings);
        output.stdout(flags.format === 'json' ? toJson({ changes }) : toList(changes));
      }),
    );
}

const diffHelp = `
Example:
  $ gatehouse config diff --config gatehouse.yaml --against next.yaml
  server.listen[0].port (after a restart)
    - 4000  default
    + 8080  next.yaml:2:20
  graphql.introspection (at once)
    - true  default
    + false  next.yaml:3:27

"At once" is what a running gateway applies when it reads its configuration again. Of a setting that
refers to a variable or a file, the reference is printed, not its value.
Exit code: 0 compared, whatever the difference; 2 one of the two is not valid.`;

function toList(changes: readonly SettingChange[]): string {
  if (changes.length === 0) return 'Nothing would change\n';
  const lines = changes.flatMap(({ name, from, to, applied }) => {
    return [`${name} (${applied})`, ...sideLines('-', from), ...sideLines('+', to)];
  });
  return `${lines.join('\n')}\n`;
}

function sideLines(sign: string, side: SettingSide | undefined): readonly string[] {
  return side === undefined ? [] : [`  ${sign} ${JSON.stringify(side.value)}  ${side.source}`];
}

function reportingCommand(name: string): Command {
  return new Command(name)
    .option('--config <file>', `configuration (default: "${defaultConfigFile}")`)
    .addOption(formatOption());
}

function toTable(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, value, source }) => [name, JSON.stringify(value), source]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => {
    return row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  });
  return `${lines.join('\n')}\n`;
}
