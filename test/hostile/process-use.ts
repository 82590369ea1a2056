import { readFile, writeFile } from 'node:fs/promises';

/** What a process has of the machine's memory. */
export interface Memory {
  readonly residentBytes: number;
  /** The most that it was since the peak was forgotten. */
  readonly peakBytes: number;
}

/** Linux tells; no other system has the peak of another process, which can be asked for again. */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

/** From now on the peak is that of what follows. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** Clock ticks are 10 ms on every Linux that Node runs on (`proc_pid_stat(5)`). */
export const tickMs = 10;

/** CPU time that a process has taken with all its threads, in milliseconds. */
export async function cpuMsOf(pid: number): Promise<number> {
  return cpuMsIn(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** The same, as it stands in this file of a process; 0 where that is empty. */
export function cpuMsIn(stat: string): number {
  // The name in brackets may hold spaces; user and system time are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}
