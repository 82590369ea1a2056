import { describe, expect, test } from '@jest/globals';
import type { StartupError } from '../../../src/errors.ts';
import { parseManifest } from '../../../src/operation/trusted/manifest.ts';
import { TrustedList } from '../../../src/operation/trusted/trusted-list.ts';

interface Listed {
  readonly id: string;
  readonly body: string;
  readonly clientName?: string;
}

/** The list of these files, by name. */
function listOf(files: Readonly<Record<string, readonly Listed[]>>): Promise<TrustedList> {
  const entries = Object.entries(files).flatMap(([file, operations]) => {
    const format = 'apollo-persisted-query-manifest';
    const manifest = parseManifest(file, JSON.stringify({ format, version: 1, operations }));
    return 'entries' in manifest ? manifest.entries : [];
  });
  return TrustedList.from(entries);
}

const problemsOf = (files: Parameters<typeof listOf>[0]) =>
  listOf(files).then(
    () => [],
    ({ problems }: StartupError) => problems,
  );

const unchecked = () => {};

describe('an id', () => {
  test('is that of the client, else that of all', async () => {
    const list = await listOf({
      'a.json': [
        { id: '1', body: '{ all }' },
        { id: '1', body: '{ web }', clientName: 'web' },
        { id: '2', body: '{ two }', clientName: 'web' },
      ],
    });
    expect([list.find('1', 'web'), list.find('1', 'ios'), list.find('1', undefined)]).toEqual([
      '{ web }',
      '{ all }',
      '{ all }',
    ]);
    expect([list.find('2', 'web'), list.find('2', 'ios'), list.find('2', undefined)]).toEqual([
      '{ two }',
      undefined,
      undefined,
    ]);
    expect(list.find('__proto__', 'constructor')).toBeUndefined();
  });

  test('may say that it is a SHA-256', async () => {
    const list = await listOf({
      'a.json': [
        { id: 'abc', body: '{ a }' },
        { id: 'sha256:def', body: '{ b }' },
      ],
    });
    expect(list.find('sha256:abc', undefined)).toBe('{ a }');
    expect(list.find('sha256:def', undefined)).toBe('{ b }');
    expect(list.find('def', undefined)).toBeUndefined();
    expect(list.find('md5:abc', undefined)).toBeUndefined();
  });

  test('may be listed again with the same text, and not with another, in whatever file', async () => {
    const same = { 'a.json': [{ id: '1', body: '{ a }' }], 'b.json': [{ id: '1', body: '{ a }' }] };
    expect((await listOf(same)).size).toBe(1);
    const files = {
      'a.json': [
        { id: '1', body: '{ a }' },
        { id: '2', body: '{ b }', clientName: 'web' },
      ],
      'b.json': [
        { id: '2', body: '{ c }' },
        { id: '2', body: '{ c }', clientName: 'web' },
        { id: '1', body: '{ a } ' },
      ],
    };
    expect(await problemsOf(files)).toEqual([
      {
        code: 'TRUSTED_DOCUMENT_CONFLICT',
        message: 'operations[1]: the id "2" stands for another text at a.json operations[1]',
        file: 'b.json',
      },
      {
        code: 'TRUSTED_DOCUMENT_CONFLICT',
        message: 'operations[2]: the id "1" stands for another text at a.json operations[0]',
        file: 'b.json',
      },
    ]);
  });
});

test('a text that is no document is a problem, with its place', async () => {
  const deep = '{a'.repeat(20_000);
  const files = {
    'a.json': [
      { id: '1', body: '{ a }' },
      { id: '2', body: '{ a' },
      { id: '3', body: deep },
    ],
  };
  expect(await problemsOf(files)).toEqual([
    {
      code: 'INVALID_GRAPHQL',
      message: 'operations[1] ("2"): Syntax Error: Expected Name, found <EOF>.',
      file: 'a.json',
    },
    {
      code: 'INVALID_GRAPHQL',
      message: 'operations[2] ("3"): The document is nested too deeply',
      file: 'a.json',
    },
  ]);
});

test('of many problems, the first are told', async () => {
  const operations = Array.from({ length: 100 }, (_, index) => ({ id: `${index}`, body: '{' }));
  expect(await problemsOf({ 'a.json': operations })).toHaveLength(20);
});

describe('a text is the listed one', () => {
  const listed = 'query A($a: I = {b: "x  y"}) { a(of: $a) ...F }\nfragment F on T { c: b, d }';
  const list = listOf({ 'a.json': [{ id: '1', body: listed }] });
  const isListed = async (sent: string) => (await list).judge(sent, unchecked).listed === listed;

  test.each([
    ['letter by letter', listed],
    [
      'without the white space and commas that nothing needs',
      'query A($a:I={b:"x  y"}){a(of:$a)...F}fragment F on T{c:b d}',
    ],
    ['with more of them', ` ${listed.replaceAll(/ (?=[{$c])/g, ' \n\t, ')},`],
    ['with comments', `# one\n${listed}# two`],
    ['in another order of definitions', listed.split('\n').toReversed().join('\n')],
  ])('%s', async (_, sent) => {
    expect(await isListed(sent)).toBe(true);
  });

  test.each([
    ['another field', listed.replace(' d ', ' e ')],
    ['one more field', listed.replace(' d ', ' d e ')],
    ['its fields in another order', listed.replace('c: b, d', 'd, c: b')],
    ['another alias', listed.replace('c: b', 'e: b')],
    ['another name', listed.replace('query A', 'query B')],
    ['another text in a value', listed.replace('x  y', 'x y')],
    ['another type', listed.replace(': I', ': I!')],
    ['one definition more', `${listed} query B { a }`],
    ['one definition less', listed.split('\n')[0] ?? ''],
    ['one definition twice', `${listed} ${listed.split('\n')[1]}`],
    ['a field in another definition', 'query A($a: I = {b: "x  y"}) { a(of: $a) ...F c: b, d }'],
    ['no GraphQL', `${listed} }`],
    ['nothing', ''],
  ])('but not with %s', async (_, sent) => {
    expect(await isListed(sent)).toBe(false);
    expect(await isListed(sent)).toBe(false);
  });
});

describe('what asks for the schema alone', () => {
  test.each([
    ['{ __schema { types { name } } }', true],
    ['query A { __type(name: "A") { name } __typename }', true],
    ['{ ...F } fragment F on Query { ... { a: __schema { types { name } } } }', true],
    ['{ ...F } fragment F on Query { ...F __typename }', true],
    ['{ __schema { types { name } } secret }', false],
    ['{ __schema: secret }', false],
    ['{ ...F } fragment F on Query { ... { secret } }', false],
    ['{ ...F ...G } fragment F on Query { ...G } fragment G on Query { secret }', false],
    ['{ ...Missing }', false],
    ['query A { __typename } query B { secret }', false],
    ['mutation { __typename }', false],
    ['subscription { __typename }', false],
    ['fragment F on Query { __typename }', false],
    ['{ __schema', false],
  ])('%s: %j', async (text, expected) => {
    const list = await listOf({});
    expect(list.judge(text, unchecked).isIntrospection).toBe(expected);
  });
});

test('a text is checked before it is read for the first time, and one that is listed never', async () => {
  const list = await listOf({ 'a.json': [{ id: '1', body: '{ a }' }] });
  const checked: string[] = [];
  const check = (text: string) => void checked.push(text);
  for (const text of ['{ a }', '{a}', '{ b }', '{a}', '{ b }']) list.judge(text, check);
  expect(checked).toEqual(['{a}', '{ b }']);
});
