import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { breaches } from './harness/architecture.ts';

const sources = fileURLToPath(new URL('../src', import.meta.url));

test('imports point downwards, without cycles, and each package has one door', async () => {
  expect(await breaches(sources)).toEqual([]);
});

test.each([
  [
    'a side room that imports another',
    { 'resilience/planted.ts': "import { Metrics } from '../observability/metrics.ts';" },
    ['resilience/planted.ts imports observability/metrics.ts, which is not below it'],
  ],
  [
    'a stage that imports a later one',
    { 'operation/planted.ts': "export type { Plan } from '../plan/plans.ts';" },
    ['operation/planted.ts imports plan/plans.ts, which is not below it'],
  ],
  [
    'the ground that imports a room',
    { 'lib/planted.ts': "import type { Role } from '../supergraph/subgraph-source.ts';" },
    ['lib/planted.ts imports supergraph/subgraph-source.ts, which is not below it'],
  ],
  [
    'a room that imports the contents',
    { 'auth/planted.ts': "export const load = () => import('../gateway.ts');" },
    ['auth/planted.ts imports gateway.ts, which is not below it'],
  ],
  [
    'a second door',
    { 'respond/planted.ts': "import { Pool } from 'undici';" },
    ['undici has several doors: clients/http.ts, respond'],
  ],
  [
    'a second door behind an import()',
    { 'edge/planted.ts': "export const load = () => import('pino');" },
    ['pino has several doors: edge, observability'],
  ],
  [
    'a cycle',
    {
      'execute/one.ts': "import './two.ts';",
      'execute/two.ts': "import type { One } from './one.ts';",
    },
    ['a cycle: execute/one.ts -> execute/two.ts -> execute/one.ts'],
  ],
])('%s is a breach', async (_what, planted, expected) => {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-architecture-'));
  try {
    await cp(sources, root, { recursive: true });
    for (const [file, text] of Object.entries(planted)) await writeFile(join(root, file), text);
    expect(await breaches(root)).toEqual(expected);
  } finally {
    await rm(root, { recursive: true });
  }
});
