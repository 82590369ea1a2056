import { Worker } from 'node:worker_threads';
import type { Composition } from './composition.ts';
import type { SubgraphSource } from './subgraph-source.ts';

/** The thread has the extension that this file has: it runs from sources and when built. */
const thread = new URL(import.meta.url.replace(/compose-apart(\.\w+)$/, 'compose-worker$1'));

/**
 * Composes as `compose` does, in a thread of its own: it takes seconds for a hundred subgraphs,
 * which must not hold up requests. The thread ends with the work, and gives its memory back.
 */
export function composeApart(
  subgraphs: readonly SubgraphSource[],
  signal: AbortSignal,
): Promise<Composition> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(thread, { workerData: subgraphs });
    const stop = (): void => {
      reject(signal.reason);
      void worker.terminate();
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      reject(new Error(`The composing thread ended with ${code} and no answer`));
    });
  });
}
