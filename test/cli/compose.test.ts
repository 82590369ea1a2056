import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { composeCommand } from '../../src/cli/compose.ts';
import { runCommand } from '../../src/cli/output.ts';
import { listen } from '../harness/listen.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import { link } from '../supergraph/sdl.ts';
import { serveSdl } from '../supergraph/sdl-server.ts';

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `gatehouse compose` with these arguments, as a process would. */
async function run(...args: readonly string[]): Promise<Run> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const output = {
    stdout: (text: string) => void stdout.push(text),
    stderr: (text: string) => void stderr.push(text),
  };
  const program = new Command('gatehouse').addCommand(composeCommand(output));
  const exitCode = await runCommand(program, ['compose', ...args], output);
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}

const list = (schema: string, role = 'query') => `subgraphs:
  one: { routing_url: http://one.test/, role: ${role}, schema: { ${schema} } }
`;

test('the supergraph goes to standard output, and nothing else', async () => {
  await using folder = await temporaryFolder();
  await folder.write('one.graphql', 'type Query { ready: Int }');
  const file = await folder.write('supergraph.yaml', list('file: one.graphql'));
  expect(await run('--config', file)).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^schema\n[\s\S]*ready: Int\n}\n$/),
    stderr: '',
  });
  expect((await readdir(folder.path)).sort()).toEqual(['one.graphql', 'supergraph.yaml']);
});

test('with --out it goes to a file, in a folder that is made for it', async () => {
  await using folder = await temporaryFolder();
  await folder.write('one.graphql', 'type Query { ready: Int }');
  const file = await folder.write('supergraph.yaml', list('file: one.graphql'));
  const out = join(folder.path, 'made/supergraph.graphql');
  expect(await run('--config', file, '--out', out)).toEqual({
    exitCode: 0,
    stdout: `Composed ${out}\n`,
    stderr: '',
  });
  expect(await readFile(out, 'utf8')).toBe((await run('--config', file)).stdout);
});

test('with --format json it goes out with its hints', async () => {
  await using folder = await temporaryFolder();
  await folder.write('one.graphql', 'type Query { ready: Int }');
  const file = await folder.write('supergraph.yaml', list('file: one.graphql'));
  const { exitCode, stdout } = await run('--config', file, '--format', 'json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    supergraphSdl: (await run('--config', file)).stdout,
    hints: [],
  });
});

test('hints go to standard error', async () => {
  await using folder = await temporaryFolder();
  const sdl = (type: string) => `${link('v2.3', 'shareable')}type Query { a: ${type} @shareable }`;
  const left = await folder.write('left.graphql', sdl('Int'));
  await folder.write('right.graphql', sdl('Int!'));
  const entry = (name: string) =>
    `  ${name}: { routing_url: http://x.test/, schema: { file: ${name}.graphql } }\n`;
  const file = await folder.write('s.yaml', `subgraphs:\n${entry('left')}${entry('right')}`);
  expect(await run('--config', file)).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^schema\n/),
    stderr: expect.stringMatching(
      new RegExp(
        `^${left}:2:14 INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE Type of field "Query.a" .*\n$`,
      ),
    ),
  });
});

test('subgraphs are asked for their SDL', async () => {
  await using folder = await temporaryFolder();
  await using server = await serveSdl('type Query { ready: Int }');
  const file = await folder.write('supergraph.yaml', list(`subgraph_url: '${server.url}'`));
  const { exitCode, stdout } = await run('--config', file);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('ready: Int');
});

test('a broken rule is exit code 1, as text and as JSON', async () => {
  await using folder = await temporaryFolder();
  const sdl = await folder.write(
    'one.graphql',
    'type Query { ready: Int }\ntype Mutation { go: Int }',
  );
  const file = await folder.write('supergraph.yaml', list('file: one.graphql'));
  const message = 'Query subgraph "one" has mutations (go): they belong in a command subgraph';
  const stderr = `${sdl}:2:17 CQRS_QUERY_HAS_MUTATION ${message}\n`;
  expect(await run('--config', file)).toEqual({ exitCode: 1, stdout: '', stderr });
  const json = await run('--config', file, '--format', 'json');
  expect({ ...json, stdout: JSON.parse(json.stdout) }).toEqual({
    exitCode: 1,
    stdout: {
      problems: [
        {
          code: 'CQRS_QUERY_HAS_MUTATION',
          message,
          subgraph: 'one',
          file: sdl,
          line: 2,
          column: 17,
        },
      ],
    },
    stderr,
  });
});

test('a wrong list is exit code 2', async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write('supergraph.yaml', list('file: one.graphql', 'reader'));
  const result = await run('--config', file);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toMatch(`${file}:2:47 INVALID_VALUE `);
});

test('a list that is not there is exit code 2', async () => {
  const result = await run('--config', '/nowhere/supergraph.yaml');
  const stderr = '/nowhere/supergraph.yaml NOT_FOUND There is no such file\n';
  expect(result).toEqual({ exitCode: 2, stdout: '', stderr });
});

test.each([[[]], [['--config', 'x.yaml', '--format', 'xml']]])(
  '%j is exit code 2',
  async (args) => {
    const result = await run(...args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error: /);
  },
);

test('a file that cannot be written is exit code 2', async () => {
  await using folder = await temporaryFolder();
  await folder.write('one.graphql', 'type Query { ready: Int }');
  const file = await folder.write('supergraph.yaml', list('file: one.graphql'));
  const out = join(folder.path, 'one.graphql', 'out.graphql');
  const stderr = `${out} FILE_NOT_WRITABLE The supergraph cannot be written: EEXIST\n`;
  expect(await run('--config', file, '--out', out)).toEqual({ exitCode: 2, stdout: '', stderr });
});

test('a subgraph that cannot be reached is exit code 3, whatever is known of it', async () => {
  await using folder = await temporaryFolder();
  const server = await listen(() => {});
  await server[Symbol.asyncDispose]();
  const file = await folder.write('supergraph.yaml', list(`subgraph_url: '${server.url}/'`));
  await folder.write('.gatehouse/last-good/subgraphs/one.graphql', 'type Query { old: Int }');
  const message = `Subgraph "one" at ${server.url}/ cannot be reached: the request failed (ECONNREFUSED)`;
  const stderr = `${file}:2:54 SUBGRAPH_UNREACHABLE ${message}\n`;
  expect(await run('--config', file)).toEqual({ exitCode: 3, stdout: '', stderr });
});

test('--help shows an example', async () => {
  const { exitCode, stdout } = await run('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('$ gatehouse compose --config supergraph.yaml --out supergraph.graphql');
});
