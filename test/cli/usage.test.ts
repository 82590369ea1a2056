import { describe, expect, test } from '@jest/globals';
import { gatehouse } from '../harness/command.ts';

describe('gatehouse', () => {
  test('--help lists the commands and the exit codes', async () => {
    const { code, stdout, stderr } = await gatehouse(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = [...stdout.matchAll(/^ {2}(\w+).* {2}[A-Z]/gm)].map(([, name]) => name);
    expect(listed).toEqual(['dev', 'serve', 'compose', 'plan', 'auth', 'config']);
    expect(stdout).toContain('Exit codes: 0 fine; 1 the check failed; 2 usage or configuration;');
  });

  test.each(['dev', 'serve', 'compose', 'plan'])('%s --help shows an example', async (command) => {
    const { code, stdout, stderr } = await gatehouse([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Example:\n {2}\\$ .*gatehouse ${command}`, 'm'));
  });

  test.each([
    ['serv', "error: unknown command 'serv'\n(Did you mean serve?)\n"],
    ['serve --prot 4000', "error: unknown option '--prot'\n(Did you mean --port?)\n"],
    [
      'serve --port 65536',
      "error: option '--port <number>' argument '65536' is invalid. Expected a port from 0 to 65535; 0 takes a free one.\n",
    ],
    ['plan --query -', "error: required option '--supergraph <file>' not specified\n"],
    [
      'dev everything',
      "error: too many arguments for 'dev'. Expected 0 arguments but got 1: everything.\n",
    ],
  ])('%s ends with 2 and says what is wrong', async (line, stderr) => {
    expect(await gatehouse(line.split(' '))).toEqual({ code: 2, stdout: '', stderr });
  });
});
