import { Command } from 'commander';
import { explain, type Setting } from '../config/explain.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { configFileIn, defaultConfigFile, loadConfig } from '../config/load.ts';
import { type Format, formatOption, type Output, reporting, toJson } from './output.ts';

interface ConfigFlags {
  readonly config?: string;
  readonly format: Format;
}

/** `gatehouse config`: checks a configuration, describes its format, tells what is in effect. */
export function configCommand(output: Output): Command {
  return new Command('config')
    .description('Check and explain a configuration')
    .addCommand(checkCommand(output))
    .addCommand(schemaCommand(output))
    .addCommand(explainCommand(output));
}

function checkCommand(output: Output): Command {
  return reportingCommand('check')
    .description('Say whether a configuration is valid, or all that is wrong with it')
    .addHelpText('after', checkHelp)
    .action((flags: ConfigFlags) =>
      reporting(flags.format, output, async () => {
        const file = flags.config ?? defaultConfigFile;
        await loadConfig({ file, env: process.env });
        const valid = { file, valid: true, problems: [] };
        output.stdout(flags.format === 'json' ? toJson(valid) : `${file} is valid\n`);
      }),
    );
}

const checkHelp = `
Example:
  $ gatehouse config check --config gatehouse.yaml
  gatehouse.yaml is valid

A problem is printed as file:line:column CODE message. The variables and files that the
configuration refers to have to be there; their values are never printed.
Exit code: 0 valid; 2 not valid.`;

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
