import { readFile } from 'node:fs/promises';
import { type Problem, StartupError } from '../../errors.ts';

/** The text of a file that the operator named; a `configuration` failure when it cannot be read. */
export async function readText(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new StartupError('configuration', [unreadable(file, cause)], { cause });
  }
}

function unreadable(file: string, cause: unknown): Problem {
  const reason = (cause as { code?: unknown } | undefined)?.code;
  if (reason === 'ENOENT') return { code: 'NOT_FOUND', message: 'There is no such file', file };
  const message = `The file cannot be read${typeof reason === 'string' ? ` (${reason})` : ''}`;
  return { code: 'FILE_NOT_READABLE', message, file };
}
