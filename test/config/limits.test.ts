import { describe, expect, test } from '@jest/globals';
import { explain } from '../../src/config/explain.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './files.ts';

async function load(limits: string, env: Readonly<Record<string, string>> = {}) {
  await using folder = await folderWith({ 'gatehouse.yaml': `graphql: { limits: ${limits} }` });
  const { config, settings } = await loadConfig({ file: folder.file('gatehouse.yaml'), env });
  return { limits: config.graphql.limits, explained: explain(settings) };
}

describe('A limit is written', () => {
  test.each([
    ['as a number', '{ depth: 9 }', { depth: { max: 9 } }],
    ['as no limit', '{ depth: false }', { depth: false }],
    [
      'as a number that only warns',
      '{ depth: { max: 9, warnOnly: true } }',
      { depth: { max: 9, warnOnly: true } },
    ],
    [
      'as its default that only warns',
      '{ aliases: { warnOnly: true } }',
      { aliases: { max: 30, warnOnly: true } },
    ],
    [
      'as one that refuses while others warn',
      '{ warnOnly: true, depth: { warnOnly: false } }',
      { warnOnly: true, depth: { max: 50, warnOnly: false }, aliases: { max: 30 } },
    ],
    ['as none at all', '{ aliases: 0, directives: 0 }', { aliases: { max: 0 } }],
  ])('%s', async (_, text, expected) => {
    expect((await load(text)).limits).toMatchObject(expected);
  });

  test('from the environment', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the references are meant as text
    const text = '{ depth: "${env:DEPTH}", aliases: "${env:ALIASES}" }';
    const { limits } = await load(text, { DEPTH: '9', ALIASES: 'false' });
    expect(limits).toMatchObject({ depth: { max: 9 }, aliases: false });
  });

  test('and is explained as it was written', async () => {
    const { explained } = await load('{ depth: 9, height: false, aliases: { warnOnly: true } }');
    const limits = explained.filter(({ name }) => name.startsWith('graphql.limits.'));
    const values = Object.fromEntries(limits.map(({ name, value }) => [name.slice(15), value]));
    expect(values).toMatchObject({
      warnOnly: false,
      tokens: 15_000,
      depth: 9,
      height: false,
      'aliases.max': 30,
      'aliases.warnOnly': true,
    });
  });

  test.each([
    ['{ depth: 0 }', 'graphql.limits.depth: Expected at least 1'],
    [
      '{ depth: true }',
      'graphql.limits.depth: Expected a whole number of at least 1, false, or a map of max and warnOnly',
    ],
    ['{ depth: { max: 0 } }', 'graphql.limits.depth.max: Expected at least 1'],
    ['{ depth: { most: 9 } }', 'graphql.limits.depth.most is not known; known are max, warnOnly'],
    ['{ aliases: -1 }', 'graphql.limits.aliases: Expected at least 0'],
    ['{ alias: 3 }', 'graphql.limits.alias is not known; did you mean "aliases"?'],
  ])('and not as %s', async (text, message) => {
    await expect(load(text)).rejects.toMatchObject({ problems: [{ message }] });
  });
});
