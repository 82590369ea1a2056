import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { run } from '../harness/command.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

/**
 * What two processors that gateway, planner, subgraph, clients and another test share may add, in
 * milliseconds. To parse the supergraph beside requests holds them up for three times as long.
 */
const noise = '150';

test('a supergraph of 900 types is loaded and planned for without delay to requests', async () => {
  const size = ['--subgraphs', '30', '--rounds', '3', '--noise', noise];
  const { code, stdout, stderr } = await run(process.execPath, [program, '--loading', ...size]);
  expect(stderr).toBe('');
  expect({ code, stdout }).toEqual({ code: 0, stdout });
}, 120_000);
