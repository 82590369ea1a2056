import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StartupError } from '../../src/errors.ts';
import { send } from '../harness/federation.ts';
import { apolloManifest, type TrustedWorkplace, trusted } from './trusted-workplace.ts';

const listing = (body: string, id = 'a') => apolloManifest([{ id, body }]);

const ask = async ({ gateway }: TrustedWorkplace, body: object) =>
  (await send(gateway.url, body)).body;

const readAgain = (place: TrustedWorkplace, count?: number) =>
  place.logged('The trusted documents were read again', count);
const refusals = (place: TrustedWorkplace, count?: number) =>
  place.logged('The trusted documents were refused: the last good stay', count);
const reloads = (place: TrustedWorkplace, outcome: string) =>
  place.metric(`gatehouse_reloads_total{kind="trustedDocuments",outcome="${outcome}"}`);

const answers = { one: { data: { one: 1 } }, two: { data: { two: 2 } } };
const notListed = { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] };

test('a manifest that changes is taken, and all of it', async () => {
  await using place = await trusted({
    manifests: { 'a.json': listing('{ one }'), 'b.json': listing('{ two }', 'b') },
    mode: 'safelist',
  });
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.one);
  expect(await ask(place, { query: '{one}' })).toEqual(answers.one);
  await place.replace('a.json', listing('{ a: two }', 'c'));
  expect(await readAgain(place)).toMatchObject([{ level: 'info', documents: 2 }]);
  expect(await ask(place, { documentId: 'a' })).toMatchObject(notListed);
  expect(await ask(place, { documentId: 'c' })).toEqual({ data: { a: 2 } });
  expect(await ask(place, { documentId: 'b' })).toEqual(answers.two);
  expect(await ask(place, { query: '{one}' })).toMatchObject({
    errors: [{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }],
  });
  expect(await reloads(place, 'swapped')).toBe(1);
});

test.each([
  ['is no JSON', '{', { code: 'INVALID_MANIFEST' }],
  ['has a text that is no document', listing('{'), { code: 'INVALID_GRAPHQL' }],
  ['contradicts another one', listing('{ one }', 'b'), { code: 'TRUSTED_DOCUMENT_CONFLICT' }],
])('one that %s is refused, and the last good list stays', async (_, broken, problem) => {
  await using place = await trusted({
    manifests: { 'a.json': listing('{ one }'), 'b.json': listing('{ two }', 'b') },
  });
  await place.replace('a.json', broken);
  const [line] = await refusals(place);
  expect(line).toMatchObject({
    level: 'error',
    ...problem,
    file: expect.stringMatching(/\/[ab]\.json$/),
    reason: expect.any(String),
  });
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.one);
  expect(await ask(place, { documentId: 'b' })).toEqual(answers.two);
  expect(await reloads(place, 'refused')).toBe(1);
  await place.replace('a.json', listing('{ a: one }'));
  await readAgain(place);
  expect(await ask(place, { documentId: 'a' })).toEqual({ data: { a: 1 } });
});

test('one that is deleted is refused, and stops no other reload', async () => {
  await using place = await trusted({ manifests: { 'a.json': listing('{ one }') } });
  const file = join(place.folder.path, 'a.json');
  await rm(file);
  expect(await refusals(place)).toMatchObject([{ code: 'NOT_FOUND', file }]);
  const { config } = place;
  const silent = { ...config, graphql: { ...config.graphql, suggestions: false } };
  expect(await place.gateway.reload(silent)).toMatchObject({ outcome: 'swapped', problems: [] });
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.one);
  await writeFile(file, listing('{ two }'));
  await readAgain(place);
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.two);
});

test('another configuration may have other manifests, which have to be good', async () => {
  await using place = await trusted({ manifests: { 'a.json': listing('{ one }') } });
  const { config } = place;
  const withManifest = (file: string) => {
    const trustedDocuments = { manifests: [file], mode: 'open' as const };
    return { ...config, graphql: { ...config.graphql, trustedDocuments } };
  };
  const broken = await place.folder.write('broken.json', '[]');
  expect(await place.gateway.reload(withManifest(broken))).toMatchObject({
    outcome: 'refused',
    problems: [{ code: 'INVALID_MANIFEST', file: broken }],
  });
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.one);
  const other = await place.folder.write('other.json', listing('{ two }'));
  expect(await place.gateway.reload(withManifest(other))).toMatchObject({ outcome: 'swapped' });
  expect(await ask(place, { documentId: 'a' })).toEqual(answers.two);
});

test('the gateway does not start with one that is broken', async () => {
  const started = trusted({
    manifests: { 'a.json': listing('{ one }'), 'b.json': listing('{', 'b') },
  });
  const failure = (await started.catch((thrown: unknown) => thrown)) as StartupError;
  expect(failure).toMatchObject({
    failure: 'configuration',
    problems: [
      {
        code: 'INVALID_GRAPHQL',
        message: 'operations[0] ("b"): Syntax Error: Expected Name, found <EOF>.',
        file: expect.stringMatching(/\/b\.json$/),
      },
    ],
  });
});

describe('plans are made in the background', () => {
  const planned = (place: TrustedWorkplace, count?: number) =>
    place.logged('Trusted documents were planned', count);
  const plans = (place: TrustedWorkplace, result: string) =>
    place.metric(`gatehouse_plan_cache_requests_total{result="${result}"}`);

  test('at the start, for another supergraph, and for documents that are new', async () => {
    await using place = await trusted({
      manifests: { 'a.json': JSON.stringify({ a: '{ one }', b: '{ gone }', c: '{ two }' }) },
    });
    expect(await planned(place)).toMatchObject([{ planned: 2, skipped: 1 }]);
    await ask(place, { documentId: 'a' });
    expect(await plans(place, 'hit')).toBe(1);
    const { config } = place;
    await place.gateway.reload({ ...config, graphql: { ...config.graphql, suggestions: false } });
    await planned(place, 2);
    await ask(place, { documentId: 'c' });
    expect(await plans(place, 'hit')).toBe(2);
    await place.replace('a.json', listing('{ one two }'));
    await planned(place, 3);
    await ask(place, { documentId: 'a' });
    expect(await plans(place, 'hit')).toBe(3);
    expect(await plans(place, 'miss')).toBeUndefined();
  });

  test('also for those that limits would refuse, and no more than is configured', async () => {
    const graphql = {
      limits: { depth: 1, trustedDocuments: false },
      planning: { warmUp: { operations: 1 } },
    };
    const manifest = JSON.stringify({ a: '{ item { name } }', b: '{ two }' });
    await using place = await trusted({ manifests: { 'a.json': manifest }, graphql });
    expect(await planned(place)).toMatchObject([{ planned: 1, skipped: 0 }]);
    await ask(place, { documentId: 'a' });
    expect(await plans(place, 'hit')).toBe(1);
    await ask(place, { documentId: 'b' });
    expect(await plans(place, 'miss')).toBe(1);
  });
});
