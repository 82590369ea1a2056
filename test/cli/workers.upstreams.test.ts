import { expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import { linked, startSubgraph } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import { serving } from './serving.ts';

test('all workers show their upstreams and are steered, also one that comes later', async () => {
  await using folder = await temporaryFolder();
  const sdl = 'type Query { hello: String }';
  await using subgraph = await startSubgraph(sdl, { Query: { hello: () => 'Hello' } });
  const composed = compose([{ name: 'one', sdl: linked(sdl), url: subgraph.url }]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  await folder.write('supergraph.graphql', composed.supergraphSdl);
  const ports = ['--port', '0', '--admin-port', '0', '--workers', '2'];
  await using gateway = await serving(folder.path, '--supergraph', 'supergraph.graphql', ...ports);
  const id = `127.0.0.1:${subgraph.port}`;
  const shown = async () => {
    const text = await (await fetch(`${gateway.adminUrl}/upstreams/one`)).text();
    const { upstreams }: { readonly upstreams: readonly Shown[] } = JSON.parse(text);
    return upstreams.map(({ worker, targets }) => [worker, targets[0]?.state]).sort();
  };
  const drain = (path: string) =>
    fetch(`${gateway.adminUrl}/upstreams/one/targets/${path}/drain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ drain: true, by: 'mira' }),
    });
  expect(await shown()).toEqual([
    [1, 'ready'],
    [2, 'ready'],
  ]);
  expect((await drain('127.0.0.1:1')).status).toBe(404);
  expect((await drain(id)).status).toBe(200);
  expect(await shown()).toEqual([
    [1, 'draining'],
    [2, 'draining'],
  ]);
  const lines = await gateway.logged('A target was steered', 2);
  expect(lines).toMatchObject([{ by: 'mira (127.0.0.1)' }, { by: 'mira (127.0.0.1)' }]);
  const [first] = await gateway.logged('A worker is ready', 1);
  process.kill(Number(first?.['pid']), 'SIGKILL');
  await gateway.logged('A worker is ready', 3);
  expect((await shown()).map(([, state]) => state)).toEqual(['draining', 'draining']);
});

interface Shown {
  readonly worker: number;
  readonly targets: readonly { readonly state: string }[];
}
