import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileWatcher } from '../../src/clients/file-watcher.ts';
import { Bell } from '../../src/lib/bell.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';

const { signal } = new AbortController();

async function watching(folder: Folder, name = 'file') {
  const bell = new Bell();
  const watcher = new FileWatcher(() => bell.ring());
  await watcher.follow([join(folder.path, name)]);
  return { bell, watcher };
}

describe('tells of a file that', () => {
  test('is written in place', async () => {
    await using folder = await temporaryFolder();
    await folder.write('file', 'one');
    const { bell, watcher } = await watching(folder);
    await using _watcher = watcher;
    await folder.write('file', 'two');
    expect(await bell.wait(signal)).toBe(true);
    await folder.write('file', 'three');
    expect(await bell.wait(signal)).toBe(true);
  });

  test('is replaced by a rename, again and again', async () => {
    await using folder = await temporaryFolder();
    const file = await folder.write('file', 'one');
    const { bell, watcher } = await watching(folder);
    await using _watcher = watcher;
    for (const text of ['two', 'three', 'four']) {
      await rename(await folder.write('file.tmp', text), file);
      expect(await bell.wait(signal)).toBe(true);
    }
  });

  test('is deleted, and made anew', async () => {
    await using folder = await temporaryFolder();
    const file = await folder.write('file', 'one');
    const { bell, watcher } = await watching(folder);
    await using _watcher = watcher;
    await rm(file);
    expect(await bell.wait(signal)).toBe(true);
    await folder.write('file', 'one');
    expect(await bell.wait(signal)).toBe(true);
  });

  test('was not there, nor its folder', async () => {
    await using folder = await temporaryFolder();
    const { bell, watcher } = await watching(folder, 'inner/file');
    await using _watcher = watcher;
    await mkdir(join(folder.path, 'inner'));
    expect(await bell.wait(signal)).toBe(true);
    expect(await watcher.follow([join(folder.path, 'inner/file')])).toBe(true);
    await folder.write('inner/file', 'one');
    expect(await bell.wait(signal)).toBe(true);
  });

  test('is seen through links, one of which is turned elsewhere', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await folder.write('..1/file', 'one');
    await folder.write('..2/file', 'two');
    await symlink('..1', join(folder.path, '..data'));
    await symlink('..data/file', file);
    const { bell, watcher } = await watching(folder);
    await using _watcher = watcher;
    await symlink('..2', join(folder.path, '..data_tmp'));
    await rename(join(folder.path, '..data_tmp'), join(folder.path, '..data'));
    expect(await bell.wait(signal)).toBe(true);
    expect(await watcher.follow([file])).toBe(true);
    await writeFile(join(folder.path, '..2/file'), 'three');
    expect(await bell.wait(signal)).toBe(true);
  });
});

test('says whether the files it is to follow are others', async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write('file', 'one');
  const { watcher } = await watching(folder);
  await using _watcher = watcher;
  expect(await watcher.follow([file])).toBe(false);
  expect(await watcher.follow([file, join(folder.path, 'other')])).toBe(true);
});

test('a link that leads to itself is no end of it', async () => {
  await using folder = await temporaryFolder();
  await symlink('file', join(folder.path, 'file'));
  const { bell, watcher } = await watching(folder);
  await using _watcher = watcher;
  await rm(join(folder.path, 'file'));
  await folder.write('file', 'one');
  expect(await bell.wait(signal)).toBe(true);
});
