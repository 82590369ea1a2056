import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const root = fileURLToPath(new URL('..', import.meta.url));

/** A Gatehouse that was built as it is published. */
export interface Build {
  readonly name: string;
  /** The folder of the compiled sources, which has `cli/main.js`. */
  readonly sources: string;
}

/** Builds the sources as they are now, below `folder`. */
export async function buildWorkingTree(folder: string): Promise<Build> {
  const target = join(folder, 'working-tree');
  await mkdir(target);
  await copyFile(join(root, 'package.json'), join(target, 'package.json'));
  return build('gatehouse', { source: root, target });
}

/** Builds a revision below `folder`, with the packages that are installed for the checkout. */
export async function buildRevision(revision: string, folder: string): Promise<Build> {
  const { stdout } = await run('git', ['rev-parse', '--short', `${revision}^{commit}`], {
    cwd: root,
  });
  const name = stdout.trim();
  const target = join(folder, name);
  await mkdir(target);
  const archive = join(folder, `${name}.tar`);
  await run('git', ['archive', '--output', archive, name], { cwd: root });
  await run('tar', ['-x', '-f', archive, '-C', target]);
  return build(name, { source: target, target });
}

async function build(
  name: string,
  { source, target }: { readonly source: string; readonly target: string },
): Promise<Build> {
  await symlink(join(root, 'node_modules'), join(target, 'node_modules'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const outDir = join(target, 'dist');
  const args = ['--project', join(source, 'tsconfig.build.json'), '--outDir', outDir];
  try {
    await run(process.execPath, [compiler, ...args]);
  } catch (failure) {
    const printed = failure instanceof Error && 'stdout' in failure ? `${failure.stdout}` : '';
    throw new Error(`${name} cannot be built\n${printed}`, { cause: failure });
  }
  return { name, sources: join(outDir, 'src') };
}
