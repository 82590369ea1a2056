import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Problem, StartupError } from '../../errors.ts';
import { parseManifest } from './manifest.ts';
import type { TrustedDocumentsOptions } from './options.ts';
import { TrustedList } from './trusted-list.ts';

/** Files as they are now. */
export interface ManifestTexts {
  readonly files: readonly ManifestText[];
  /** Differs when what they say differs. */
  readonly fingerprint: string;
}

type ManifestText =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: Problem };

/** Reads the files; one that cannot be read is told when its text is wanted. */
export async function readManifests(files: readonly string[]): Promise<ManifestTexts> {
  const read = await Promise.all(files.map(readManifest));
  return { files: read, fingerprint: hash('sha256', JSON.stringify(read), 'hex') };
}

/** The list of all that is in them. Throws a `StartupError` with all that is wrong. */
export async function listOf({ files }: ManifestTexts): Promise<TrustedList> {
  const manifests = files.map((read) => {
    return 'problem' in read ? { problems: [read.problem] } : parseManifest(read.file, read.text);
  });
  const problems = manifests.flatMap((each) => ('problems' in each ? each.problems : []));
  if (problems.length > 0) throw new StartupError('configuration', problems);
  return TrustedList.from(manifests.flatMap((each) => ('entries' in each ? each.entries : [])));
}

/** Throws a `StartupError` with all that is wrong with the manifests that are configured, if any is. */
export async function checkManifests(options: TrustedDocumentsOptions | undefined): Promise<void> {
  if (options !== undefined) await listOf(await readManifests(options.manifests));
}

async function readManifest(file: string): Promise<ManifestText> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    return { file, problem: unreadable(file, cause) };
  }
}

function unreadable(file: string, cause: unknown): Problem {
  const reason = (cause as { code?: unknown } | undefined)?.code;
  if (reason === 'ENOENT') return { code: 'NOT_FOUND', message: 'There is no such file', file };
  const message = `The file cannot be read${typeof reason === 'string' ? ` (${reason})` : ''}`;
  return { code: 'FILE_NOT_READABLE', message, file };
}
