import { lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, parse, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FSWatcher, watch } from 'chokidar';

/** How long a file has to keep its size until it counts as written, in milliseconds. */
const settledMs = 100;

/**
 * Tells when files may have changed: written in place, replaced by a rename, deleted, made anew, or
 * seen through a symbolic link that was turned elsewhere (as Kubernetes does with a ConfigMap).
 * The only door to `chokidar`.
 */
export class FileWatcher implements AsyncDisposable {
  readonly #changed: () => void;
  #watcher: FSWatcher | undefined;
  #watched: ReadonlySet<string> = new Set();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /**
   * Watches exactly these files, by absolute paths; they need not be there. True when it had to
   * begin anew: then a change before that may have been missed, and the files are worth a look.
   */
  async follow(files: readonly string[]): Promise<boolean> {
    const paths = new Set((await Promise.all(files.map(pathsOnTheWay))).flat());
    if (isDeepStrictEqual(paths, this.#watched)) return false;
    const before = this.#watcher;
    this.#watched = paths;
    this.#watcher = await watchPaths(paths, this.#changed);
    await before?.close();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher?.close();
  }
}

/** Their folders are watched: what is watched itself is lost once another file takes its name. */
async function watchPaths(paths: ReadonlySet<string>, changed: () => void): Promise<FSWatcher> {
  const folders = new Set([...paths].map((path) => dirname(path)));
  const watcher = watch([...folders], {
    ignored: (path) => !folders.has(path) && !paths.has(path),
    ignoreInitial: true,
    followSymlinks: false,
    depth: 0,
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: settledMs / 4 },
  });
  watcher.on('all', changed).on('error', changed);
  // What cannot be watched, such as a folder of others, is no reason to stop.
  await new Promise<void>((begun) => watcher.once('ready', begun).once('error', () => begun()));
  return watcher;
}

/** As many as Linux follows before it gives up. */
const mostLinks = 40;

/** The symbolic links that lead to `file`, and where they end; or the first that is missing. */
async function pathsOnTheWay(file: string): Promise<readonly string[]> {
  const found: string[] = [];
  let rest = file;
  let here = parse(rest).root;
  while (rest !== '' && found.length < mostLinks) {
    const { next, left } = stepInto(here, rest);
    const kind = await kindOf(next);
    if (kind === 'link') {
      found.push(next);
      const target = await readlink(next);
      rest = resolve(isAbsolute(target) ? target : resolve(dirname(next), target), left);
      here = parse(rest).root;
    } else if (kind === 'missing' || left === '') {
      return [...found, next];
    } else {
      here = next;
      rest = left;
    }
  }
  return found;
}

/** The path one name further, and the names that are left. */
function stepInto(here: string, rest: string): { readonly next: string; readonly left: string } {
  const [name = '', ...left] = rest.replace(parse(rest).root, '').split(sep);
  return { next: resolve(here, name), left: left.join(sep) };
}

async function kindOf(path: string): Promise<'link' | 'missing' | 'other'> {
  try {
    return (await lstat(path)).isSymbolicLink() ? 'link' : 'other';
  } catch {
    return 'missing';
  }
}
