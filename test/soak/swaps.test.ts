import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { run } from '../harness/command.ts';
import type { SwapReport } from './swaps.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

test('20 swaps under load fail no request, mix no answer, and leave nothing behind', async () => {
  // A process of its own: its threads and its heap are those of the swaps alone.
  const { code, stdout, stderr } = await run(process.execPath, [program, '--swaps', '20']);
  expect(stderr).toBe('');
  const { wrong, answers, threads, heapBytes }: SwapReport = JSON.parse(stdout);
  expect(wrong).toEqual([]);
  expect(answers).toBeGreaterThan(20);
  expect(threads).toEqual({ before: 1, after: 1, closed: 0 });
  expect(heapBytes.after).toBeLessThan(heapBytes.before * 1.2);
  expect(code).toBe(0);
}, 240_000);
