import { Bell } from '../lib/bell.ts';
import { FileWatcher } from './file-watcher.ts';

/** What a source would be made from now. */
export interface Inputs {
  /** Where it can be seen that they change; absolute paths. */
  readonly files: readonly string[];
  /** Differs when the source would differ. */
  readonly fingerprint: string;
}

export interface Watching {
  readonly look: (signal: AbortSignal) => Promise<Inputs>;
  /** What the source was made from last. */
  readonly known: () => string | undefined;
  /** For what no file tells of, how often to look, in milliseconds. */
  readonly pollMs?: number | undefined;
}

/** One item each time the inputs differ from what is known; ends when `signal` aborts. */
export async function* watchInputs(
  { look, known, pollMs }: Watching,
  signal: AbortSignal,
): AsyncGenerator<void, void> {
  const bell = new Bell();
  const ring = (): void => bell.ring();
  await using watcher = new FileWatcher(ring);
  using _poll = pollMs === undefined ? undefined : every(pollMs, ring);
  // Something may have changed since the source was read for the first time.
  ring();
  while (await bell.wait(signal)) {
    const inputs = await unlessAborted(look, signal);
    if (inputs === undefined) return;
    if (await watcher.follow(inputs.files)) ring();
    else if (inputs.fingerprint !== known()) yield;
  }
}

async function unlessAborted(
  look: Watching['look'],
  signal: AbortSignal,
): Promise<Inputs | undefined> {
  try {
    return await look(signal);
  } catch (failure) {
    if (signal.aborted) return undefined;
    throw failure;
  }
}

function every(periodMs: number, run: () => void): Disposable {
  const timer = setInterval(run, periodMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
