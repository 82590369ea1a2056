import { existsSync, readFileSync } from 'node:fs';
import { cpuMsIn, tickMs } from './process-use.ts';

/**
 * How long other processes hold up `pid` from now on: its main thread or the thread that asks it
 * has work to do, and others have the processors. What its own threads have of them does not count:
 * that is its doing. Linux tells; where it does not, it is nothing.
 */
export class MachineDelay {
  readonly #pid: number;
  readonly #waitedMs: number;
  readonly #othersMs: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#waitedMs = this.#waited();
    this.#othersMs = this.#others();
  }

  /** So far, in milliseconds. */
  ms(): number {
    return Math.min(this.#waited() - this.#waitedMs, this.#others() - this.#othersMs);
  }

  /** What both threads have waited for a processor. */
  #waited(): number {
    return waitedMs(`/proc/${this.#pid}/task/${this.#pid}`) + waitedMs('/proc/thread-self');
  }

  /** What others have had of the processors; those beside a virtual machine, too. */
  #others(): number {
    const [, ...ticks] = textOf('/proc/stat').split('\n', 1).join().split(/ +/).map(Number);
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
    const busy = user + nice + system + irq + softirq + steal;
    return busy * tickMs - cpuMsIn(textOf(`/proc/${this.#pid}/stat`));
  }
}

/** The second of three numbers, in nanoseconds. */
function waitedMs(task: string): number {
  return Number(textOf(`${task}/schedstat`).split(' ')[1] ?? 0) / 1e6;
}

/** Empty once the process has ended. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
