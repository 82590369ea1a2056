import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const copied = ['package.json', 'src', 'test', 'subgraphs', 'schema', 'gatehouse.yaml'];
/** A run that takes longer is given up. */
const longestMs = 600_000;

export interface Finished {
  /** Undefined: it was killed, as it is when it takes too long. */
  readonly code: number | undefined;
  readonly out: string;
  readonly errors: string;
}

/** A copy of the repository in which one defect at a time is tried. */
export class Workshop implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-mutants-'));
    for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
    await mkdir(join(folder, 'temporary'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new Workshop(folder);
  }

  /** Does `work` while the defect is there. */
  async with<Outcome>(mutant: Mutant, work: () => Promise<Outcome>): Promise<Outcome> {
    const file = join(this.#folder, mutant.file);
    const sound = await readFile(file, 'utf8');
    await writeFile(file, mutated(sound, mutant));
    try {
      return await work();
    } finally {
      await writeFile(file, sound);
    }
  }

  /** Runs Node in the copy, with everything that it says. */
  async node(...given: readonly string[]): Promise<Finished> {
    const child = spawn(process.execPath, given, {
      cwd: this.#folder,
      // A run that ends at the first failure leaves things behind.
      env: { ...process.env, TMPDIR: join(this.#folder, 'temporary') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
    const ended = new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? undefined));
    });
    const [code, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    clearTimeout(timer);
    return { code, out, errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

/** The text with the defect. A list that does not fit the code any more is an error. */
export function mutated(sound: string, { name, find, replace, file }: Mutant): string {
  const pieces = sound.split(find);
  if (pieces.length !== 2) {
    throw new Error(`${name}: ${file} has ${pieces.length - 1} of ${JSON.stringify(find)}`);
  }
  return pieces.join(replace);
}

/** Checks the whole list before anything is run. */
export async function checkFit(mutants: readonly Mutant[]): Promise<void> {
  const misfits: string[] = [];
  for (const mutant of mutants) {
    try {
      mutated(await readFile(join(root, mutant.file), 'utf8'), mutant);
    } catch (thrown) {
      misfits.push(String(thrown));
    }
  }
  if (misfits.length > 0) throw new Error(misfits.join('\n'));
}
