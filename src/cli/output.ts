import { type Command, CommanderError, Option } from 'commander';
import { formatProblem, StartupError } from '../errors.ts';

/** Where a command writes to; texts bring their own line ends. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** The streams of this process. */
export function processOutput(): Output {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  };
}

/** What the exit codes of every command mean. */
export const exitCodes = {
  ok: 0,
  /** What was checked does not hold: a composition, a schema check. */
  checkFailed: 1,
  /** The command line or a configuration is wrong. */
  usage: 2,
  /** Something could not be reached. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Runs the command that `args` ask for, prints what went wrong, and gives the exit code. */
export async function runCommand(
  program: Command,
  args: readonly string[],
  output: Output,
): Promise<ExitCode> {
  prepare(program, output);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (thrown) {
    return printFailure(thrown, output);
  }
}

/** Commands that were added do not take these over from their parent, so each gets them. */
function prepare(command: Command, output: Output): void {
  command.exitOverride();
  command.configureOutput({ writeOut: output.stdout, writeErr: output.stderr });
  for (const inner of command.commands) prepare(inner, output);
}

/** Says on stderr why a command ended early, and gives the exit code for it. */
export function printFailure(thrown: unknown, output: Output): ExitCode {
  // Commander has printed its own message, or the help that was asked for.
  if (thrown instanceof CommanderError) {
    return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  if (thrown instanceof StartupError) {
    for (const problem of thrown.problems) output.stderr(`${formatProblem(problem)}\n`);
    return byFailure[thrown.failure];
  }
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  output.stderr(`Unexpected failure: ${text}\n`);
  return exitCodes.checkFailed;
}

const byFailure = {
  configuration: exitCodes.usage,
  supergraph: exitCodes.checkFailed,
  unreachable: exitCodes.unreachable,
} as const;

export type Format = 'text' | 'json';

/** `--format text|json`, text by default. */
export function formatOption(): Option {
  return new Option('--format <format>', 'what is printed')
    .choices(['text', 'json'])
    .default('text');
}

/** A value as indented JSON, for stdout. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Runs a command's work. With JSON asked for, its problems are on stdout too, for programs. */
export async function reporting(
  format: Format,
  output: Output,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (format === 'json' && thrown instanceof StartupError) {
      output.stdout(toJson({ problems: thrown.problems }));
    }
    throw thrown;
  }
}
