import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { describe, expect, test } from '@jest/globals';
import { type Module, type ModuleItem, parse } from '@swc/core';

const root = new URL('../../subgraphs/', import.meta.url);

/** What a service may use beside its own folder: contracts and tools, nothing that has state. */
const shared: readonly string[] = [
  'common/',
  'events/log.ts',
  'events/projection.ts',
  'events/streams.ts',
  'serve.ts',
  '../src/lib/',
];

async function readSources(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(new URL(folder, root), { recursive: true });
  const files = entries.filter((file) => file.endsWith('.ts')).map((file) => folder + file);
  return Promise.all(
    files.map(async (file) => [file, await readFile(new URL(file, root), 'utf8')] as const),
  );
}

function parseSource(source: string): Promise<Module> {
  return parse(source, { syntax: 'typescript', target: 'es2024' });
}

/** The paths that `file` imports, seen from `subgraphs/`; packages are left out. */
async function importsOf(file: string, source: string): Promise<readonly string[]> {
  const paths: string[] = [];
  JSON.stringify(await parseSource(source), (_, node) => {
    if (node?.source?.type === 'StringLiteral') paths.push(node.source.value);
    if (node?.callee?.type === 'Import') paths.push(node.arguments[0].expression.value);
    return node;
  });
  return paths.filter((path) => path.startsWith('.')).map((path) => join(dirname(file), path));
}

async function foreignImports(file: string, source: string): Promise<readonly string[]> {
  const own = `${file.split('/')[0]}/`;
  const allowed = [own, ...shared];
  const paths = await importsOf(file, source);
  return paths.filter((path) => !allowed.some((prefix) => path.startsWith(prefix)));
}

/** Top-level statements that make something which two services could meet in. */
async function moduleState(source: string): Promise<readonly string[]> {
  const { body } = await parseSource(source);
  return body.flatMap(declarationsOf).flatMap(({ kind, text }) => {
    if (kind !== 'const') return [kind];
    return text.includes('"NewExpression"') ? ['new'] : [];
  });
}

function declarationsOf(
  item: ModuleItem,
): readonly { readonly kind: string; readonly text: string }[] {
  const declaration = item.type === 'ExportDeclaration' ? item.declaration : item;
  if (declaration.type !== 'VariableDeclaration') return [];
  return declaration.declarations.map(({ init }) => ({
    kind: declaration.kind,
    text: JSON.stringify(init ?? null),
  }));
}

describe('the services of the demo', () => {
  test('import nothing of one another', async () => {
    const entries = await readdir(root, { withFileTypes: true });
    const services = entries
      .filter((entry) => entry.isDirectory() && !['common', 'events'].includes(entry.name))
      .map(({ name }) => `${name}/`);
    expect(services).toHaveLength(8);
    const sources = (await Promise.all(services.map(readSources))).flat();
    for (const [file, source] of sources) {
      expect([file, await foreignImports(file, source)]).toEqual([file, []]);
    }
  });

  test('meet in no state of what they share', async () => {
    const sources = [
      ...(await readSources('common/')),
      ...(await readSources('events/')),
      ['serve.ts', await readFile(new URL('serve.ts', root), 'utf8')] as const,
    ];
    for (const [file, source] of sources) {
      expect([file, await moduleState(source)]).toEqual([file, []]);
    }
  });
});

describe('the check itself', () => {
  test.each([
    ["import { OrdersState } from '../orders-command/state.ts';", 'orders-command/state.ts'],
    ["import type { OrdersState } from '../orders-command/state.ts';", 'orders-command/state.ts'],
    ["export * from '../orders-command/state.ts';", 'orders-command/state.ts'],
    ["const it = await import('../orders-command/state.ts');", 'orders-command/state.ts'],
    ["import { MemoryEventLog } from '../events/memory-log.ts';", 'events/memory-log.ts'],
    ["import { samples } from '../samples.ts';", 'samples.ts'],
    ["import { GatewayError } from '../../src/errors.ts';", '../src/errors.ts'],
  ])('finds %s', async (source, path) => {
    expect(await foreignImports('orders-query/resolvers.ts', source)).toEqual([path]);
  });

  test.each([
    ['let count = 0;', 'let'],
    ['export let count = 0;', 'let'],
    ['export const cache = new Map();', 'new'],
    ['const caches = { orders: new Map() };', 'new'],
  ])('finds %s', async (source, state) => {
    expect(await moduleState(source)).toEqual([state]);
  });
});
