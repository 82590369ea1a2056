import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: whoever reads it, even after a crash, sees the old text or
 * the new one. Folders above it are made.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeThrough(temporary, text);
    await rename(temporary, file);
  } catch (failure) {
    await rm(temporary, { force: true });
    throw failure;
  }
}

/** Without the sync a crash could leave the new name on an empty file. */
async function writeThrough(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx');
  await handle.writeFile(text);
  await handle.sync();
}
