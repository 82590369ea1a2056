import { Command } from 'commander';
import { configCommand } from '../../src/cli/config.ts';
import { processOutput, runCommand } from '../../src/cli/output.ts';

// A program with nothing but `config` in it.
const output = processOutput();
const program = new Command('gatehouse').addCommand(configCommand(output));
process.exitCode = await runCommand(program, process.argv.slice(2), output);
