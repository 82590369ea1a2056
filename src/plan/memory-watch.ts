import type { Worker } from 'node:worker_threads';

/** How often the heap is looked at, in milliseconds. */
const intervalMs = 50;

/**
 * Calls `exceeded` once `worker` has more than `maxBytes` on its heap. A worker that reaches the
 * limit that V8 itself has may take the process with it, so this one has to come first. Dispose it
 * when the worker rests.
 */
export class MemoryWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(worker: Worker, maxBytes: number, exceeded: (usedBytes: number) => void) {
    const look = async () => {
      const used = await usedBytes(worker);
      if (used > maxBytes) exceeded(used);
    };
    this.#timer = setInterval(look, intervalMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** A worker that has ended, or is not there yet, uses nothing. */
async function usedBytes(worker: Worker): Promise<number> {
  try {
    return (await worker.getHeapStatistics()).used_heap_size;
  } catch {
    return 0;
  }
}
