import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, type HeapSpaceInfo, setFlagsFromString } from 'node:v8';

/** The young generation grows to this size whatever survives in it, in bytes. */
const freelyGrownBytes = 16 * 2 ** 20;
/** It grows further while more than this share of what it can hold survives a collection. */
const survivingShare = 0.15;

/**
 * Sets up how V8 uses memory, once, at the start of a process:
 *
 * - All of what a request allocates is allocated among what is young. V8 may decide early that what
 *   some place in the code allocates lives long, and then keeps it, and all that hangs on it, until
 *   a full collection.
 * - The young generation grows with what survives in it. V8 adds up what survives, so that it grows
 *   to its full size, 128 MiB here, under any load that lasts; where requests are small, that makes
 *   no collection cheaper.
 * - What a compilation needed is freed when it is done. V8 leaves that to a thread in the background,
 *   which under load comes to it late: some 30 MiB gather until then, and stay with the process.
 */
export function tendMemory(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString('--no-maglev-destroy-on-background');
  let grows = true;
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isOfYoung)) return;
    const shouldGrow = mayGrow(getHeapSpaceStatistics().find(isYoung));
    if (shouldGrow === grows) return;
    grows = shouldGrow;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}

function isOfYoung(entry: PerformanceEntry): boolean {
  if (!('detail' in entry) || typeof entry.detail !== 'object' || entry.detail === null)
    return false;
  return 'kind' in entry.detail && entry.detail.kind === constants.NODE_PERFORMANCE_GC_MINOR;
}

function isYoung({ space_name: name }: HeapSpaceInfo): boolean {
  return name === 'new_space';
}

/** Half of the space is for what is allocated, the other for what survives. */
function mayGrow(young: HeapSpaceInfo | undefined): boolean {
  if (young === undefined || young.space_size < freelyGrownBytes) return true;
  return young.space_used_size > (young.space_size / 2) * survivingShare;
}
