import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for one test. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file, and gives its whole path. */
  write(name: string, text: string): Promise<string>;
  /** The same at once: nobody reads a part of the text. */
  replace(name: string, text: string): Promise<string>;
}

/** Makes an empty folder; disposing it removes it with everything in it. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-'));
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  return {
    path,
    write,
    async replace(name, text) {
      const file = join(path, name);
      await rename(await write(`${name}.new`, text), file);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
