import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse } from '@swc/core';

/** One import, as it stands in the sources: of a file of ours, or of a package. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
}

const ground = new Set(['lib', 'errors.ts', 'context.ts', 'clients', 'yaml']);
const spine = ['edge', 'operation', 'plan', 'execute', 'subgraph', 'respond'];
const contents = new Set([
  'gateway.ts',
  'data-plane.ts',
  'own-data-plane.ts',
  'connect-subgraphs.ts',
  'generation.ts',
  'open-documents.ts',
  'first-generation.ts',
  'reload.ts',
  'supergraph-sources.ts',
  'execution.ts',
  'steps.ts',
  'pipeline.ts',
  'upstream.ts',
  'cli',
  'index.ts',
]);
const importedAnywhere = new Set(['graphql', 'zod', '@opentelemetry/api']);

/**
 * What in the sources below `root` breaks the rules: imports point down the ranks (ground, side
 * rooms, the spine in its order, the contents) and never sideways; there is no cycle; and each
 * package has one door, the one folder or file that imports it. One sentence for each breach.
 */
export async function breaches(root: string): Promise<readonly string[]> {
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const imports = (await Promise.all(files.map((file) => importsOf(root, file)))).flat();
  return [...upward(imports), ...cycles(files, imports), ...doors(imports)];
}

async function importsOf(root: string, file: string): Promise<readonly Import[]> {
  const source = await readFile(join(root, file), 'utf8');
  const module = await parse(source, { syntax: 'typescript', target: 'esnext' });
  return specifiersIn(module).flatMap((specifier) => {
    if (specifier.startsWith('node:')) return [];
    const isPackage = !specifier.startsWith('.');
    const to = isPackage
      ? packageOf(specifier)
      : relative(root, join(root, dirname(file), specifier));
    return [{ from: file, to, isPackage }];
  });
}

/** Every module that is named by an import, an export or an `import()`. */
function specifiersIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(specifiersIn);
  if (typeof node !== 'object' || node === null) return [];
  const found = Object.values(node).flatMap(specifiersIn);
  const named = 'source' in node ? literalOf(node.source) : undefined;
  const imported = isDynamicImport(node) ? literalOf(node.arguments[0]) : undefined;
  return [named, imported, ...found].filter((each) => each !== undefined);
}

function isDynamicImport(node: object): node is { arguments: readonly unknown[] } {
  return 'callee' in node && isOfType(node.callee, 'Import') && 'arguments' in node;
}

function isOfType(node: unknown, type: string): boolean {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === type;
}

/** The text of a string literal, also where it is an argument or has a type asserted. */
function literalOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('expression' in node) return literalOf(node.expression);
  return isOfType(node, 'StringLiteral') && 'value' in node ? String(node.value) : undefined;
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The folder or file right below the root. */
function placeOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function upward(imports: readonly Import[]): readonly string[] {
  const inside = imports.filter(({ isPackage, to }) => !isPackage && !to.startsWith('..'));
  return inside
    .filter((one) => !mayImport(one))
    .map(({ from, to }) => `${from} imports ${to}, which is not below it`);
}

function mayImport({ from, to }: Import): boolean {
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source === target || contents.has(source)) return true;
  if (contents.has(target)) return false;
  // The configuration joins what each room says of its own options.
  if (source === 'config' && to.endsWith('/options.ts')) return true;
  if (ground.has(source)) return ground.has(target) && (source !== 'lib' || target === 'lib');
  if (ground.has(target)) return true;
  const stage = spine.indexOf(source);
  return stage >= 0 && spine.indexOf(target) <= stage;
}

function cycles(files: readonly string[], imports: readonly Import[]): readonly string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      found.push(`a cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
    } else if (!done.has(file)) {
      for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
      done.add(file);
    }
  };
  for (const file of files) visit(file, []);
  return found;
}

function doors(imports: readonly Import[]): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const { from, to, isPackage } of imports) {
    if (!isPackage || importedAnywhere.has(to)) continue;
    places.set(to, (places.get(to) ?? new Set()).add(doorOf(from)));
  }
  return [...places]
    .filter(([, doors]) => doors.size > 1)
    .map(([name, doors]) => `${name} has several doors: ${[...doors].sort().join(', ')}`);
}

/** A room is one door; of `lib/` and `clients/`, each file is. */
function doorOf(file: string): string {
  const place = placeOf(file);
  return place === 'lib' || place === 'clients' ? file : place;
}
