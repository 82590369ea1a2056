import { EventEmitter, once } from 'node:events';
import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import { answerOf } from '../gateway/two-graphs.ts';
import { type Workplace, workplace } from '../gateway/workplace.ts';

/** What came of swapping supergraphs under load. */
export interface SwapReport {
  readonly swaps: number;
  readonly answers: number;
  /** Answers that are not wholly of one supergraph: refused, failed or mixed. */
  readonly wrong: readonly unknown[];
  /** Bytes of heap in use after a collection, before and after the swaps. */
  readonly heapBytes: { readonly before: number; readonly after: number };
  /** Threads while one generation serves, before and after the swaps, and once all is closed. */
  readonly threads: { readonly before: number; readonly after: number; readonly closed: number };
}

const clients = 4;
/** Between two questions of a client, in milliseconds. */
const betweenMs = 5;
/** Threads of a generation that has little to plan. */
const perGeneration = 1;
/** Swaps after which caches and connections are as they stay. */
const warmUpSwaps = 5;

/** Swaps between two supergraphs while clients ask. */
export async function swapUnderLoad(swaps: number): Promise<SwapReport> {
  using threads = new Threads();
  const place = await workplace();
  try {
    let loaded = await loadedSwaps(place, 0, warmUpSwaps);
    // Generations that were replaced end their threads once their last request has ended.
    await threads.downTo(perGeneration);
    const before = { heap: heapBytes(), threads: threads.running };
    const warm = loaded.answers;
    loaded = await loadedSwaps(place, warmUpSwaps, swaps);
    await threads.downTo(perGeneration);
    const after = { heap: heapBytes(), threads: threads.running };
    await place[Symbol.asyncDispose]();
    await threads.downTo(0);
    return {
      swaps,
      answers: warm + loaded.answers,
      wrong: loaded.wrong,
      heapBytes: { before: before.heap, after: after.heap },
      threads: { before: before.threads, after: after.threads, closed: threads.running },
    };
  } finally {
    await place[Symbol.asyncDispose]();
  }
}

interface Load {
  answers: number;
  readonly wrong: unknown[];
}

/** Settles once as many swaps are done, and the clients have their last answers. */
async function loadedSwaps(place: Workplace, done: number, swaps: number): Promise<Load> {
  const load: Load = { answers: 0, wrong: [] };
  const stop = new AbortController();
  const asking = Array.from({ length: clients }, () => askUntil(place, load, stop.signal));
  for (let count = done + 1; count <= done + swaps; count += 1) {
    const next = place.graphs.sdl[count % 2 === 1 ? 'B' : 'A'];
    await rename(await place.folder.write('next', next), place.file);
    await place.reloaded('swapped', count);
  }
  stop.abort();
  await Promise.all(asking);
  // What the tests remember of each request would count as a leak of the gateway.
  place.graphs.forget();
  place.log.forget(({ msg }) => msg === 'request');
  return load;
}

async function askUntil(place: Workplace, load: Load, signal: AbortSignal): Promise<void> {
  const right = new Set([JSON.stringify(answerOf('A')), JSON.stringify(answerOf('B'))]);
  while (!signal.aborted) {
    const answer = await place.ask().catch((failure: unknown) => failure);
    load.answers += 1;
    if (!right.has(JSON.stringify(answer))) load.wrong.push(answer);
    // Without a pause they would take the processor from what builds the next generation.
    await sleep(betweenMs);
  }
}

/** After all that can be collected is. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Counts the threads that this process has started since and that still run. */
class Threads implements Disposable {
  running = 0;
  readonly #ends = new EventEmitter();

  constructor() {
    process.on('worker', this.#started);
  }

  /** Waits until no more than `count` run. */
  async downTo(count: number): Promise<void> {
    while (this.running > count) await once(this.#ends, 'end');
  }

  readonly #started = (worker: Worker): void => {
    this.running += 1;
    worker.once('exit', () => {
      this.running -= 1;
      this.#ends.emit('end');
    });
  };

  [Symbol.dispose](): void {
    process.off('worker', this.#started);
  }
}
