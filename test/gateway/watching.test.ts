import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createGateway } from '../../src/gateway.ts';
import { send } from '../harness/federation.ts';
import { LogLines } from '../harness/log-lines.ts';
import { answerOf, type GraphName, query } from './two-graphs.ts';
import { configFor, type Workplace, workplace } from './workplace.ts';

/** Expects that B is served once it was swapped in, and A after that. */
async function expectSwaps(place: Workplace, put: (graph: GraphName) => Promise<unknown>) {
  expect(await place.ask()).toEqual(answerOf('A'));
  await put('B');
  await place.reloaded('swapped', 1);
  expect(await place.ask()).toEqual(answerOf('B'));
  await put('A');
  await place.reloaded('swapped', 2);
  expect(await place.ask()).toEqual(answerOf('A'));
}

describe('a supergraph file is taken when it', () => {
  test('is written in place', async () => {
    await using place = await workplace();
    await expectSwaps(place, (graph) => writeFile(place.file, place.graphs.sdl[graph]));
  });

  test('is replaced by a rename', async () => {
    await using place = await workplace();
    await expectSwaps(place, async (graph) => {
      await rename(await place.folder.write('next', place.graphs.sdl[graph]), place.file);
    });
  });

  test('is seen through a link that is turned elsewhere, as Kubernetes does it', async () => {
    await using place = await workplace({
      async prepare(folder, { sdl }) {
        await folder.write('..A/supergraph.graphql', sdl.A);
        await folder.write('..B/supergraph.graphql', sdl.B);
        await symlink('..A', join(folder.path, '..data'));
        const file = join(folder.path, 'supergraph.graphql');
        await symlink('..data/supergraph.graphql', file);
        return file;
      },
    });
    await expectSwaps(place, async (graph) => {
      const next = join(place.folder.path, '..data_tmp');
      await symlink(`..${graph}`, next);
      await rename(next, join(place.folder.path, '..data'));
    });
  });

  test('is deleted, which is refused, and made anew', async () => {
    await using place = await workplace();
    await rm(place.file);
    const [refusal] = await place.refused();
    expect(refusal).toMatchObject({ level: 'error', code: 'NOT_FOUND', file: place.file });
    expect(await place.ask()).toEqual(answerOf('A'));
    await writeFile(place.file, place.graphs.sdl.B);
    await place.reloaded('swapped');
    expect(await place.ask()).toEqual(answerOf('B'));
  });
});

test('a supergraph that is the same again is no new generation', async () => {
  await using place = await workplace();
  await rm(place.file);
  await place.refused();
  await writeFile(place.file, place.graphs.sdl.A);
  await place.reloaded('unchanged');
  expect(await place.health()).toMatchObject({ supergraph: { generation: 1 } });
  expect(await place.health()).not.toHaveProperty('supergraph.refused');
  expect(await place.metric('gatehouse_reloads_total{kind="supergraph",outcome="unchanged"}')).toBe(
    1,
  );
});

test('a request in flight ends under the supergraph that it began with', async () => {
  const called = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let held = true;
  await using place = await workplace({
    layers: {
      subgraph: [
        (next) => async (request, signal) => {
          if (held) {
            called.resolve();
            await release.promise;
          }
          return next(request, signal);
        },
      ],
    },
  });
  const early = place.ask();
  await called.promise;
  held = false;
  await writeFile(place.file, place.graphs.sdl.B);
  await place.reloaded('swapped');
  expect(await place.ask()).toEqual(answerOf('B'));
  release.resolve();
  expect(await early).toEqual(answerOf('A'));
});

test('changes that come while one is built are one more build, of the newest', async () => {
  await using place = await workplace();
  const { gateway, graphs } = place;
  await writeFile(place.file, graphs.sdl.B);
  const first = gateway.reload();
  await Promise.resolve();
  await writeFile(place.file, graphs.sdl.A);
  const others = [gateway.reload(), gateway.reload(), gateway.reload()];
  await Promise.all([first, ...others]);
  await place.reloaded('unchanged');
  expect(await place.ask()).toEqual(answerOf('A'));
});

describe('the last good supergraph', () => {
  test('serves after a restart with a broken one, and loudly; and the next good one is taken', async () => {
    await using place = await workplace();
    await place.gateway[Symbol.asyncDispose]();
    await writeFile(place.file, 'type Query {');
    const log = new LogLines();
    await using gateway = await createGateway({ config: configFor(place.file), logTo: log });
    const ask = async () => (await send(gateway.url, { query })).body;
    expect(await ask()).toEqual(answerOf('A'));
    expect(log.all).toContainEqual(
      expect.objectContaining({
        level: 'error',
        code: 'INVALID_GRAPHQL',
        file: place.file,
        line: 1,
      }),
    );
    expect(log.all).toContainEqual(
      expect.objectContaining({ level: 'warn', code: 'LAST_GOOD_SUPERGRAPH_USED' }),
    );
    const health = await fetch(`${gateway.adminUrl}/health/ready`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'ready', supergraph: { refused: { problems: [{ code: 'INVALID_GRAPHQL' }] } } },
    ]);
    await writeFile(place.file, place.graphs.sdl.B);
    await log.wait('The supergraph was read again: swapped');
    expect(await ask()).toEqual(answerOf('B'));
  });

  test('is never that of another file: the start fails', async () => {
    await using place = await workplace();
    const kept = join(place.folder.path, '.gatehouse/last-good');
    expect(await readdir(kept)).toHaveLength(1);
    const other = await place.folder.write('other.graphql', 'type Query {');
    const starting = createGateway({ config: configFor(other), logTo: new LogLines() });
    await expect(starting).rejects.toMatchObject({
      failure: 'supergraph',
      problems: [{ code: 'INVALID_GRAPHQL', file: other, line: 1, column: 13 }],
    });
  });

  test('is not used while the file is good', async () => {
    await using place = await workplace();
    await place.gateway[Symbol.asyncDispose]();
    await writeFile(place.file, place.graphs.sdl.B);
    await using gateway = await createGateway({
      config: configFor(place.file),
      logTo: new LogLines(),
    });
    expect((await send(gateway.url, { query })).body).toEqual(answerOf('B'));
  });
});

test('a folder that comes later is seen too', async () => {
  await using place = await workplace();
  const folder = join(place.folder.path, 'moved');
  await rename(place.file, `${place.file}.old`);
  await place.refused();
  await mkdir(folder);
  await writeFile(join(folder, 'supergraph.graphql'), place.graphs.sdl.B);
  await symlink(join(folder, 'supergraph.graphql'), place.file);
  await place.reloaded('swapped');
  expect(await place.ask()).toEqual(answerOf('B'));
});
