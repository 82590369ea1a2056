import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { run } from '../harness/command.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

/** What two processors that gateway, subgraphs and clients share may add, in milliseconds. */
const noise = '50';

test('subgraphs that hang, fail and recover harm nobody, and are spared themselves', async () => {
  const size = ['--upstreams', '--seconds', '1', '--rounds', '3', '--noise', noise];
  const { code, stdout, stderr } = await run(process.execPath, [program, ...size]);
  expect(stderr).toBe('');
  expect(`${code}\n${stdout}`).toBe(`0\n${stdout}`);
}, 120_000);
