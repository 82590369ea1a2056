import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What the kernel has counted for a process, all its threads together. */
export interface ProcessAccount {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Reads the account of a process that runs: `proc_pid_stat(5)`, `proc_pid_status(5)`. */
export async function processAccount(pid: number): Promise<ProcessAccount> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The second field is a name in brackets, in which there may be spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const residentKiB = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { cpuMs: (ticks * 1_000) / ticksPerSecond, residentBytes: residentKiB * 1_024 };
}
