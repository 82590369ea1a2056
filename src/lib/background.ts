import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const priority = constants.priority.PRIORITY_BELOW_NORMAL;
const threads = '/proc/self/task';

/**
 * Lets others have the processor before the thread that calls it, and before the threads in which
 * V8 collects its garbage and that of all others: for work that takes seconds, and fills hundreds
 * of MiB, beside requests that take milliseconds. On Linux a priority belongs to a thread
 * (setpriority(2), "C library/kernel differences"); elsewhere it belongs to the whole process, and
 * nothing is changed.
 */
export function runInBackground(): void {
  if (process.platform !== 'linux') return;
  setPriority(priority);
  for (const thread of helpersOfV8()) setPriority(thread, priority);
}

/** None where threads cannot be listed or, as on Node 20, bear no names. They never end. */
function helpersOfV8(): readonly number[] {
  try {
    const all = readdirSync(threads);
    return all.filter((id) => nameOf(id).startsWith('V8Worker')).map(Number);
  } catch {
    return [];
  }
}

function nameOf(thread: string): string {
  return readFileSync(`${threads}/${thread}/comm`, 'utf8');
}
