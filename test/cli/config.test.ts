/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { folderWith } from '../config/files.ts';

interface Run {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const program = resolve('test/cli/run-config.ts');
const environment = { PORT: '48213', SECRET: 'hunter2' };

/** Runs `gatehouse config ...` as a process of its own, in `folder`. */
function run(folder: string, ...args: string[]): Promise<Run> {
  const env = { ...environment, PATH: process.env['PATH'] };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, 'config', ...args],
      { cwd: folder, env },
      (error, out, err) => {
        done({ code: error === null ? 0 : error.code, stdout: out, stderr: err });
      },
    );
  });
}

const valid = `server: { listen: [{ port: "\${env:PORT}" }] }
graphql: { subgraphs: { all: { headers: { request: [{ insert: { name: a, value: "\${env:SECRET}" } }] } } } }
`;
const invalid = `server: { listn: [] }
graphql: { path: "\${env:SECRET}", exposePlan: "\${env:SECRET}" }
`;
const problems = [
  {
    code: 'UNKNOWN_KEY',
    message: 'server.listn is not known; did you mean "listen"?',
    file: 'gatehouse.yaml',
    line: 1,
    column: 11,
  },
  {
    code: 'INVALID_VALUE',
    message: 'graphql.path: Expected a path such as /graphql',
    file: 'gatehouse.yaml',
    line: 2,
    column: 18,
  },
  {
    code: 'INVALID_VALUE',
    message: 'graphql.exposePlan: Expected true or false, found a text',
    file: 'gatehouse.yaml',
    line: 2,
    column: 47,
  },
];
const printedProblems = `gatehouse.yaml:1:11 UNKNOWN_KEY ${problems[0]?.message}
gatehouse.yaml:2:18 INVALID_VALUE ${problems[1]?.message}
gatehouse.yaml:2:47 INVALID_VALUE ${problems[2]?.message}
`;

describe('gatehouse config check', () => {
  test('says that the configuration of this folder is valid', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid });
    expect(await run(folder.path, 'check')).toEqual({
      code: 0,
      stdout: 'gatehouse.yaml is valid\n',
      stderr: '',
    });
  });

  test('prints all problems, and no value that came from outside', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': invalid });
    expect(await run(folder.path, 'check')).toEqual({
      code: 2,
      stdout: '',
      stderr: printedProblems,
    });
  });

  test('reports as JSON', async () => {
    await using folder = await folderWith({ 'good.yaml': valid, 'gatehouse.yaml': invalid });
    const good = await run(folder.path, 'check', '--config', 'good.yaml', '--format', 'json');
    const report = { file: 'good.yaml', valid: true, problems: [], warnings: [] };
    expect(JSON.parse(good.stdout)).toEqual(report);
    const bad = await run(folder.path, 'check', '--format', 'json');
    expect({ ...bad, stdout: JSON.parse(bad.stdout) }).toEqual({
      code: 2,
      stdout: { problems },
      stderr: printedProblems,
    });
  });

  test('warns of what is not safe in production, and finds it valid', async () => {
    const text = 'production: true\ngraphql: { introspection: true, limits: { depth: false } }\n';
    await using folder = await folderWith({ 'gatehouse.yaml': text });
    expect(await run(folder.path, 'check')).toEqual({
      code: 0,
      stdout: 'gatehouse.yaml is valid\n',
      stderr: `gatehouse.yaml:2:27 UNSAFE_IN_PRODUCTION graphql.introspection: anybody can read the whole schema
gatehouse.yaml:2:50 UNSAFE_IN_PRODUCTION graphql.limits.depth: operations have no such limit
`,
    });
    const { stdout } = await run(folder.path, 'check', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      problems: [],
      warnings: [
        { code: 'UNSAFE_IN_PRODUCTION', line: 2, column: 27 },
        { line: 2, column: 50 },
      ],
    });
  });

  test('looks into the manifests of trusted documents', async () => {
    const text = 'graphql: { trustedDocuments: { manifests: [good.json, bad.json, none.json] } }\n';
    const manifests = { 'good.json': '{"a":"{ a }"}', 'bad.json': '{"b":7}' };
    await using folder = await folderWith({ 'gatehouse.yaml': text, ...manifests });
    const { code, stdout, stderr } = await run(folder.path, 'check');
    expect([code, stdout, stderr.replaceAll(`${folder.path}/`, '')]).toEqual([
      2,
      '',
      `bad.json INVALID_MANIFEST b: Expected a text, found a number
none.json NOT_FOUND There is no such file
`,
    ]);
    const good = text.replace(', bad.json, none.json', '');
    await using other = await folderWith({ 'gatehouse.yaml': good, ...manifests });
    expect(await run(other.path, 'check')).toMatchObject({ code: 0, stderr: '' });
  });

  test('fails where there is no configuration', async () => {
    await using folder = await folderWith({});
    expect(await run(folder.path, 'check')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'gatehouse.yaml NOT_FOUND The configuration cannot be read: it does not exist\n',
    });
  });
});

describe('gatehouse config explain', () => {
  test('prints every setting with its source, and references in place of secrets', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid });
    const { code, stdout, stderr } = await run(folder.path, 'explain');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['server.listen[0].port', '"${env:PORT}"', 'gatehouse.yaml:1:28']);
    expect(rows).toContainEqual(['server.workers', '1', 'default']);
    expect(stdout).not.toMatch(/hunter2|48213/);
  });

  test('explains the defaults where there is no configuration', async () => {
    await using folder = await folderWith({});
    const { code, stdout } = await run(folder.path, 'explain', '--format', 'json');
    expect(code).toBe(0);
    const { settings } = JSON.parse(stdout);
    expect(settings).toContainEqual({ name: 'server.workers', value: 1, source: 'default' });
  });

  test('prints the problems of a configuration that is not valid', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': invalid });
    expect(await run(folder.path, 'explain')).toEqual({
      code: 2,
      stdout: '',
      stderr: printedProblems,
    });
  });
});

describe('gatehouse config', () => {
  test('schema prints the JSON Schema', async () => {
    const { code, stdout, stderr } = await run('.', 'schema');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(configJsonSchema());
  });

  test.each([['check'], ['schema'], ['explain']])('%s has help with an example', async (name) => {
    const { code, stdout, stderr } = await run('.', name, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Example:\n  $ gatehouse config ${name}`);
  });

  test.each([
    [['chek'], "error: unknown command 'chek'\n(Did you mean check?)\n"],
    [['check', '--confg', 'a'], "error: unknown option '--confg'\n(Did you mean --config?)\n"],
    [
      ['check', '--format', 'xml'],
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json.\n",
    ],
  ])('refuses %j as wrong usage', async (args, stderr) => {
    expect(await run('.', ...args)).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('gatehouse config diff', () => {
  const next = `${valid}observability: { log: { level: warn } }\n`.replace('"${env:PORT}"', '4000');

  test('prints what would change, and when', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid, 'next.yaml': next });
    expect(await run(folder.path, 'diff', '--against', 'next.yaml')).toEqual({
      code: 0,
      stdout: `server.listen[0].port (after a restart)
  - "\${env:PORT}"  gatehouse.yaml:1:28
  + 4000  next.yaml:1:28
observability.log.level (at once)
  - "info"  default
  + "warn"  next.yaml:3:32
`,
      stderr: '',
    });
  });

  test('says so when nothing would', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid, 'next.yaml': valid });
    expect(await run(folder.path, 'diff', '--against', 'next.yaml')).toEqual({
      code: 0,
      stdout: 'Nothing would change\n',
      stderr: '',
    });
  });

  test('reports as JSON', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid, 'next.yaml': next });
    const { stdout } = await run(folder.path, 'diff', '--against', 'next.yaml', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [
        { name: 'server.listen[0].port', applied: 'after a restart' },
        { name: 'observability.log.level', applied: 'at once' },
      ],
    });
  });

  test('fails where one of the two is not valid', async () => {
    await using folder = await folderWith({ 'gatehouse.yaml': valid, 'next.yaml': 'version: 2' });
    expect(await run(folder.path, 'diff', '--against', 'next.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'next.yaml:1:10 INVALID_VALUE version: Expected 1\n',
    });
  });
});
