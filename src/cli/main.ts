#!/usr/bin/env node
import { Command } from 'commander';
import { tendMemory } from '../lib/process-memory.ts';
import { authCommand } from './auth.ts';
import { composeCommand } from './compose.ts';
import { configCommand } from './config.ts';
import { devCommand } from './dev.ts';
import { processOutput, runCommand } from './output.ts';
import { packageVersion } from './package-folder.ts';
import { planCommand } from './plan.ts';
import { serveCommand } from './serve.ts';

const help = `
Exit codes: 0 fine; 1 the check failed; 2 usage or configuration; 3 something could not be reached.`;

tendMemory();
const output = processOutput();

const program = new Command('gatehouse')
  .description('A GraphQL federation gateway with REST passthrough')
  .version(packageVersion())
  .addCommand(devCommand(output))
  .addCommand(serveCommand())
  .addCommand(composeCommand(output))
  .addCommand(planCommand(output))
  .addCommand(authCommand(output))
  .addCommand(configCommand(output))
  .addHelpText('after', help);

process.exitCode = await runCommand(program, process.argv.slice(2), output);
