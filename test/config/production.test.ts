import { describe, expect, test } from '@jest/globals';
import { explain } from '../../src/config/explain.ts';
import { loadConfig } from '../../src/config/load.ts';
import { unsafe } from '../../src/config/unsafe.ts';
import { folderWith } from './files.ts';

async function load(text: string, env: Readonly<Record<string, string>> = {}) {
  await using folder = await folderWith({ 'gatehouse.yaml': text });
  return await loadConfig({ file: folder.file('gatehouse.yaml'), env });
}

async function open(text: string, env: Readonly<Record<string, string>> = {}) {
  const { production, graphql } = (await load(text, env)).config;
  const { introspection, suggestions, graphiql, exposePlan } = graphql;
  return { production, introspection, suggestions, graphiql, exposePlan };
}

const nodeEnv = { NODE_ENV: 'production' };
const development = {
  production: false,
  introspection: true,
  suggestions: true,
  graphiql: true,
  exposePlan: false,
};
const production = {
  production: true,
  introspection: false,
  suggestions: false,
  graphiql: false,
  exposePlan: false,
};

describe('Production', () => {
  test.each([
    ['is not the default', '', {}, development],
    ['is what NODE_ENV says', '', nodeEnv, production],
    ['is no other NODE_ENV', '', { NODE_ENV: 'staging' }, development],
    ['is what the configuration says', 'production: true', {}, production],
    ['is not what NODE_ENV says against it', 'production: false', nodeEnv, development],
    [
      'leaves open what is opened by itself',
      'graphql: { introspection: true, exposePlan: true }',
      nodeEnv,
      { ...production, introspection: true, exposePlan: true },
    ],
    [
      'is not needed to close something',
      'graphql: { suggestions: false }',
      {},
      { ...development, suggestions: false },
    ],
  ])('%s', async (_, text, env, expected) => {
    expect(await open(text, env)).toEqual(expected);
  });

  test('is what NODE_ENV says where there is no file', async () => {
    const { config } = await loadConfig({ env: nodeEnv });
    expect(config).toMatchObject({ production: true, graphql: { introspection: false } });
  });

  test('tells where its settings come from', async () => {
    const { settings } = await load('graphql: { graphiql: true }', nodeEnv);
    const told = new Map(explain(settings).map(({ name, ...setting }) => [name, setting]));
    expect(told.get('production')).toEqual({ value: true, source: 'NODE_ENV' });
    const closed = { value: false, source: 'production' };
    expect(told.get('graphql.introspection')).toEqual(closed);
    expect(told.get('graphql.suggestions')).toEqual(closed);
    expect(told.get('graphql.graphiql')?.value).toBe(true);
  });

  test.each([
    ['graphql: 5', '1:10', 'graphql: Expected a map, found a number'],
    ['production: 1', '1:13', 'production: Expected true or false, found a number'],
  ])('hides nothing that is wrong: %s', async (text, place, message) => {
    const [line, column] = place.split(':').map(Number);
    const problems = [{ code: 'INVALID_VALUE', message, line, column, file: expect.any(String) }];
    await expect(load(text, nodeEnv)).rejects.toMatchObject({ problems });
  });
});

describe('What is not safe in production', () => {
  const unsafeText = `
graphql:
  introspection: true
  suggestions: true
  graphiql: true
  exposePlan: true
  csrf: false
  errors: { subgraphs: { all: exposed, orders: masked } }
  limits: { warnOnly: true, depth: false, aliases: { warnOnly: true } }
  authorization: { dryRun: true }
`;

  test('is told with its place', async () => {
    const warnings = unsafe(await load(unsafeText, nodeEnv));
    expect(warnings.map(({ code }) => code)).toEqual(warnings.map(() => 'UNSAFE_IN_PRODUCTION'));
    expect(warnings.map(({ message, line }) => [line, message.split(': ')[0]])).toEqual([
      [3, 'graphql.introspection'],
      [4, 'graphql.suggestions'],
      [5, 'graphql.graphiql'],
      [6, 'graphql.exposePlan'],
      [7, 'graphql.csrf'],
      [10, 'graphql.authorization.dryRun'],
      [8, 'graphql.errors.subgraphs.all'],
      [9, 'graphql.limits.warnOnly'],
      [9, 'graphql.limits.depth'],
      [9, 'graphql.limits.aliases'],
    ]);
  });

  test('is nothing by default, nor anything where this is not production', async () => {
    expect(unsafe(await load('', nodeEnv))).toEqual([]);
    expect(unsafe(await load(unsafeText))).toEqual([]);
  });
});
