/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { expect, test } from '@jest/globals';
import { diff } from '../../src/config/diff.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './files.ts';

/** What differs between two texts; each stands in a folder of its own, beside a file `key`. */
async function changes(before: string, after: string) {
  await using folder = await folderWith({
    'a/gatehouse.yaml': before,
    'a/key': 'hunter2',
    'b/gatehouse.yaml': after,
    'b/key': 'hunter3',
  });
  const settings = ['a', 'b'].map(async (name) => {
    const file = folder.file(`${name}/gatehouse.yaml`);
    return (await loadConfig({ file, env: { KEY: 'hunter4' } })).settings;
  });
  const [one, other] = await Promise.all(settings);
  if (one === undefined || other === undefined) throw new Error('There are two');
  const text = JSON.stringify(diff(one, other)).replaceAll(`${folder.path}/`, '');
  return JSON.parse(text);
}

test('tells of each setting what it was, what it will be, and when', async () => {
  const before =
    'server: { listen: [{ port: 1 }], limits: { uri: 1KiB } }\ngraphql: { subgraphs: { a: { role: query } } }';
  const after = 'graphql: { introspection: false }\nserver: { limits: { uri: 1KiB, body: 1MB } }';
  expect(await changes(before, after)).toEqual([
    {
      name: 'server.listen[0].port',
      from: { value: 1, source: 'a/gatehouse.yaml:1:28' },
      to: { value: 4_000, source: 'default' },
      applied: 'after a restart',
    },
    {
      name: 'server.limits.body',
      from: { value: '2MB', source: 'default' },
      to: { value: '1MB', source: 'b/gatehouse.yaml:2:38' },
      applied: 'at once',
    },
    {
      name: 'graphql.introspection',
      from: { value: true, source: 'default' },
      to: { value: false, source: 'b/gatehouse.yaml:1:27' },
      applied: 'at once',
    },
    {
      name: 'graphql.subgraphs.a.role',
      from: { value: 'query', source: 'a/gatehouse.yaml:2:36' },
      applied: 'at once',
    },
  ]);
});

const header = (value: string) =>
  `graphql: { subgraphs: { all: { headers: { request: [{ insert: { name: a, value: "${value}" } }] } } } }`;

test('tells that a secret changed, and not what it is', async () => {
  const found = await changes(header('${file:key}'), header('${file:key}'));
  expect(found).toMatchObject([
    {
      name: 'graphql.subgraphs.all.headers.request[0].insert.value',
      from: { value: '${file:key}' },
      to: { value: '${file:key}' },
      applied: 'at once',
    },
  ]);
  expect(JSON.stringify(found)).not.toContain('hunter');
});

test('is empty for settings that are written otherwise and mean the same', async () => {
  expect(await changes('', 'version: 1\nserver: { limits: { body: 2MB } }')).toEqual([]);
  expect(await changes(header('${env:KEY}'), header('${env:KEY}'))).toEqual([]);
});
