import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  type Asked,
  type Difference,
  type DifferentialOptions,
  differential,
  nothing,
  type Tally,
} from './differential.ts';

/** Without what cannot be passed from thread to thread. */
type JobOptions = Omit<DifferentialOptions, 'found' | 'asking' | 'altered'>;

/** What a job is told of beside differences. */
export interface Listeners {
  readonly found: (difference: Difference) => void;
  /** The planner came to no end: a gateway refuses such an operation when its time is over. */
  readonly stuck: (asked: Asked) => void;
}

/** How long one operation may take. Stock planners can try combinations for hours. */
const stuckMs = 60_000;

type Message =
  | { readonly kind: 'asking'; readonly asked: Asked }
  | { readonly kind: 'found'; readonly difference: Difference }
  | { readonly kind: 'done'; readonly tally: Tally };

/** Shares the splits among as many threads as there are `jobs`; the same splits, however many. */
export async function inJobs(
  jobs: number,
  options: JobOptions,
  listeners: Listeners,
): Promise<readonly Tally[]> {
  const share = { operations: options.operations / jobs, splits: Math.ceil(options.splits / jobs) };
  return Promise.all(
    Array.from({ length: jobs }, (_, index) =>
      job({ ...options, ...share, seed: options.seed + index, stride: jobs }, listeners),
    ),
  );
}

/** Goes on with the next split where an operation of one comes to no end. */
async function job(options: JobOptions, listeners: Listeners): Promise<Tally> {
  const { splits, operations, stride = 1 } = options;
  const total: Tally = { ...nothing, differences: [] };
  let seed = options.seed;
  while (total.splits < splits) {
    const left = splits - total.splits;
    const rest = { ...options, seed, splits: left, operations: (operations * left) / splits };
    const { counts, differences, stuckAt } = await untilStuck(rest, listeners.found);
    total.compared += counts.compared;
    total.discarded += counts.discarded;
    total.splits += counts.splits;
    total.uncomposed += counts.uncomposed;
    total.differences.push(...differences);
    if (stuckAt === undefined) break;
    listeners.stuck(stuckAt);
    seed = stuckAt.seed + stride;
  }
  return total;
}

interface Part {
  readonly counts: Asked['counts'];
  readonly differences: readonly Difference[];
  readonly stuckAt?: Asked;
}

/** Runs in a thread that is ended when an operation takes too long. */
async function untilStuck(options: JobOptions, found: Listeners['found']): Promise<Part> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const differences: Difference[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Part>();
  let last: Asked | undefined;
  const timer = setTimeout(() => {
    if (last === undefined) reject(new Error('A job has not begun'));
    else resolve({ counts: last.counts, differences, stuckAt: last });
  }, stuckMs);
  worker.on('message', (message: Message) => {
    timer.refresh();
    if (message.kind === 'asking') last = message.asked;
    else if (message.kind === 'done') resolve({ counts: message.tally, differences });
    else {
      differences.push(message.difference);
      found(message.difference);
    }
  });
  worker.once('error', reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const post = (message: Message) => port.postMessage(message);
  const tally = await differential({
    ...(workerData as JobOptions),
    found: (difference) => post({ kind: 'found', difference }),
    asking: (asked) => post({ kind: 'asking', asked }),
  });
  post({ kind: 'done', tally });
}
