import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Disposer } from '../src/lib/disposer.ts';
import { gatehouse, run, start } from './harness/command.ts';

interface Block {
  readonly language: string;
  /** What stands behind the language, such as a file name. */
  readonly name: string;
  readonly text: string;
}

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', name = '', text = '']): Block => ({ language, name, text }),
);

/** Each command of the README with what it prints there. */
const commands = blocks.flatMap((block, index) => {
  const output = blocks[index + 1];
  const shown = output?.language === 'json' || output?.language === 'text';
  return block.language === 'sh' && shown ? [{ command: block.text, output }] : [];
});

const owned = new Disposer();
let demoUrl = '';

beforeAll(async () => {
  // `npm ci && npm start`, with what is installed already and on a port that is free.
  const demo = owned.use(start('npm', ['start', '--', '--port', '0']));
  demoUrl = await demo.printed(/http:\/\/localhost:\d+\/graphql/);
});

afterAll(() => owned[Symbol.asyncDispose]());

test('the README begins with the two commands', () => {
  const [first] = blocks.filter(({ language }) => language === 'sh');
  expect(first?.text).toBe('npm ci && npm start\n');
  expect(readme).toContain('`npm cit`');
});

describe('each command prints what the README shows', () => {
  test.each(commands)('$command', async ({ command, output }) => {
    const here = command.replaceAll('http://localhost:4000/graphql', demoUrl);
    const { code, stdout } = await run('bash', ['-c', here]);
    expect(code).toBe(0);
    if (output.language === 'json') expect(JSON.parse(stdout)).toEqual(JSON.parse(output.text));
    else expect(stdout).toBe(output.text);
  });
});

test('the configuration by example is valid', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
  try {
    const file = join(folder, 'gatehouse.yaml');
    const example = blocks.find(({ name }) => name === 'gatehouse.yaml');
    await writeFile(file, example?.text ?? '');
    const env = { GATEWAY_KEY: 'a-secret' };
    const checked = await gatehouse(['config', 'check', '--config', file], { env });
    expect(checked).toEqual({ code: 0, stdout: `${file} is valid\n`, stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the extension by example is the one that is tested', async () => {
  const file = new URL('journeys/extension.example.ts', import.meta.url);
  const example = await readFile(file, 'utf8');
  const shown = blocks.find(({ name }) => name === 'extension');
  expect(shown?.text).toBe(example.replaceAll('../../src/index.ts', 'gatehouse'));
});
