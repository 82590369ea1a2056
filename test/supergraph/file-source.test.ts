import { readdir, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import { FileSource } from '../../src/supergraph/sources/file.ts';
import { LastGood } from '../../src/supergraph/sources/last-good.ts';
import { supergraphSourceContract } from '../contracts/supergraph-source.ts';
import { temporaryFolder } from './folder.ts';
import { subgraph } from './sdl.ts';

const { signal } = new AbortController();

function composedOf(sdl: string): string {
  const composition = compose([subgraph('one', sdl)]);
  return 'supergraphSdl' in composition ? composition.supergraphSdl : '';
}

const composed = composedOf('type Query { ready: Int }');
const extended = composedOf('type Query { ready: Int added: Int }');

describe('a file', () => {
  supergraphSourceContract(async () => {
    const folder = await temporaryFolder();
    const file = await folder.write('supergraph.graphql', composed);
    const reopen = () => new FileSource({ file, lastGood: LastGood.of(file) });
    return {
      source: reopen(),
      reopen,
      extend: () => writeFile(file, extended),
      spoil: () => rm(file),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  });

  test('is given as it is, without roles', async () => {
    await using folder = await temporaryFolder();
    const file = await folder.write('supergraph.graphql', composed);
    expect(await new FileSource({ file }).load(signal)).toEqual({
      sdl: composed,
      roles: new Map(),
      subgraphs: [],
      warnings: [],
    });
  });

  test('never gives what was kept of another file, though it has the same name', async () => {
    await using folder = await temporaryFolder();
    const [one, other] = ['a/supergraph.graphql', 'b/supergraph.graphql'].map((name) => {
      const file = `${folder.path}/${name}`;
      return new FileSource({ file, lastGood: LastGood.of(file, `${folder.path}/kept`) });
    });
    await folder.write('a/supergraph.graphql', composed);
    if (one !== undefined) await one.keep(await one.load(signal));
    expect(await other?.lastGood(signal)).toBe(undefined);
    expect((await one?.lastGood(signal))?.sdl).toBe(composed);
  });

  test('leaves nothing behind unless it is told where', async () => {
    await using folder = await temporaryFolder();
    const source = new FileSource({ file: await folder.write('supergraph.graphql', composed) });
    expect(await source.keep(await source.load(signal))).toEqual([]);
    expect(await readdir(folder.path)).toEqual(['supergraph.graphql']);
  });

  test('that is not there is a failure of the configuration', async () => {
    await using folder = await temporaryFolder();
    const file = `${folder.path}/nothing.graphql`;
    await expect(new FileSource({ file }).load(signal)).rejects.toMatchObject({
      failure: 'configuration',
      problems: [{ code: 'NOT_FOUND', message: 'There is no such file', file }],
    });
  });

  test('that is a folder is a failure of the configuration', async () => {
    await using folder = await temporaryFolder();
    await expect(new FileSource({ file: folder.path }).load(signal)).rejects.toMatchObject({
      failure: 'configuration',
      problems: [
        {
          code: 'FILE_NOT_READABLE',
          message: 'The file cannot be read (EISDIR)',
          file: folder.path,
        },
      ],
    });
  });
});
