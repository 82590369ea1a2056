import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { repeated } from '../operation/limits/limited.ts';
import { underPassRule } from './pass-rule.ts';
import { type Shop, startShop } from './shop.ts';

/** What goes over the wire: JSON, or text that is no JSON. */
type Sent = Readonly<Record<string, unknown>> | readonly unknown[] | string;

/** An answer, as a client reads it. */
interface Answer {
  readonly status: number;
  readonly text: string;
  readonly codes: readonly unknown[];
  readonly messages: readonly string[];
  readonly data: unknown;
}

/** An attack, and what is to become of it. */
interface Row {
  readonly send: Sent;
  readonly status: number;
  /** Of all errors, each once. */
  readonly codes?: readonly string[];
  readonly says?: RegExp;
  readonly data?: unknown;
  /** Bound of the time until the answer is there. */
  readonly withinMs?: number;
}

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({
    production: true,
    // Large enough to let everything through to what is tested here.
    server: { limits: { body: '4MB' } },
    graphql: {
      persistedQueries: { size: '4MiB' },
      subgraphs: { all: { headers: { request: [{ propagate: { matching: '^x-(b3|ot)-' } }] } } },
    },
  });
});
afterAll(async () => shop?.[Symbol.asyncDispose]());

async function post(body: Sent, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(shop.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const { errors = [], data } = JSON.parse(text);
  return {
    status: response.status,
    text,
    codes: errors.map((error: { extensions?: { code?: unknown } }) => error.extensions?.code),
    messages: errors.map(({ message }: { message: string }) => message),
    data,
  };
}

/** The same attack in another text: what was refused once is refused more cheaply after. */
function varied(sent: Sent, round: number): Sent {
  if (typeof sent === 'string' || Array.isArray(sent)) return sent;
  const { query, extensions } = sent as { query?: unknown; extensions?: unknown };
  if (typeof query !== 'string' || extensions !== undefined) return sent;
  return { ...sent, query: `${query}\n#${round}` };
}

/** Nothing of the inside is told, and not more than anybody reads. */
function expectDiscreet({ codes, messages, text }: Answer): void {
  for (const code of codes) expect(code).toEqual(expect.stringMatching(/^[A-Z_]+$/));
  expect(messages.length).toBeLessThanOrEqual(100);
  for (const message of messages) expect(message.length).toBeLessThanOrEqual(201);
  expect(messages.join('\n')).not.toMatch(
    /\n +at |node_modules|https?:|[Mm]aximum call stack|Did you/,
  );
  for (const { url } of shop.subgraphs) expect(text).not.toContain(url);
}

async function expectAnswered(row: Row): Promise<void> {
  const { withinMs = Number.POSITIVE_INFINITY } = row;
  const attack = (round: number) => post(varied(row.send, round));
  const answers = await underPassRule(shop, attack, { withinMs });
  for (const answer of answers) {
    const { status, codes, messages, data } = answer;
    const expected = { status: row.status, codes: row.codes ?? [] };
    expect({ status, codes: [...new Set(codes)] }).toEqual(expected);
    if (row.says !== undefined) expect(messages.join('\n')).toMatch(row.says);
    if ('data' in row) expect(data).toEqual(row.data);
    expectDiscreet(answer);
  }
}

const invalid = { status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] };
const unreadable = { status: 400, codes: ['GRAPHQL_PARSE_FAILED'] };
const tooDeep = { ...unreadable, says: /^The document is nested too deeply$/ };
const tooManyTokens = { status: 400, codes: ['TOKEN_LIMIT_EXCEEDED'] };
const badInput = { status: 400, codes: ['BAD_USER_INPUT'] };

const selfs = (depth: number) => `${'{ self '.repeat(depth)}{ id }${'}'.repeat(depth)}`;
const deep = (depth: number) => `{ product(id: 1) ${selfs(depth - 2)} }`;
const planBomb = (depth: number, name: (n: number) => string) =>
  `{ product(id: 1) { ...F0 } } ${repeated(depth, (n) => `fragment F${n} on Product { ${name(1)}self { ...F${n + 1} } ${name(2)}self { ...F${n + 1} } }`)} fragment F${depth} on Product { inStock }`;
const doubled = repeated(30, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const text = '👩‍👩‍👧 \u202Eabc\u202C é \u{10FFFF} ﷽';

/** By their numbers in the list of hostile inputs. */
const rows: Readonly<Record<string, Row>> = {
  '1: a thousand aliases at the root': {
    send: { query: `{ ${repeated(1_000, (n) => `a${n}: paint(color: RED)`)} }` },
    status: 400,
    codes: ['MAX_ALIASES_LIMIT', 'MAX_ROOT_FIELDS_LIMIT'],
    withinMs: 20,
  },
  '2: ten thousand aliases of an entity field': {
    send: { query: `{ ${repeated(10_000, (n) => `a${n}: product(id: ${n}) { inStock }`)} }` },
    ...tooManyTokens,
  },
  '3: a hundred thousand aliases of __typename': {
    send: { query: `{ ${repeated(100_000, (n) => `a${n}: __typename`)} }` },
    ...tooManyTokens,
  },
  '4: depth 50': { send: { query: deep(50) }, status: 200 },
  '5: depth 500': {
    send: { query: deep(500) },
    status: 400,
    codes: ['MAX_DEPTH_LIMIT'],
    says: /500 fields deep, and 50 is the most/,
  },
  '6: depth 5,000': { send: { query: deep(5_000) }, ...tooDeep },
  '7: a hundred thousand braces': { send: { query: '{'.repeat(100_000) }, ...tooDeep },
  '8: a hundred thousand brackets in an argument': {
    send: { query: `{ numbers(of: ${'['.repeat(100_000)}` },
    ...tooDeep,
  },
  '11: a plan bomb of 2^14 in nested fragments': {
    send: { query: planBomb(14, (n) => `a${n}: `) },
    status: 400,
    codes: ['MAX_HEIGHT_LIMIT', 'MAX_ALIASES_LIMIT', 'MAX_SELECTIONS_LIMIT'],
    withinMs: 1_000,
  },
  '12: fragments in a circle': {
    send: { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' },
    ...invalid,
  },
  '13: a fragment that spreads itself': {
    send: { query: '{ product(id: 1) { ...A } } fragment A on Product { self { ...A } }' },
    ...invalid,
  },
  '14: fragments that double to 2^30': {
    send: { query: `{ ...F0 } ${doubled} fragment F30 on Query { __typename }` },
    status: 400,
    codes: ['MAX_HEIGHT_LIMIT', 'MAX_ROOT_FIELDS_LIMIT', 'MAX_SELECTIONS_LIMIT'],
    says: /a million or more/,
    withinMs: 50,
  },
  '16: one field ten thousand times': {
    send: { query: `{ ${'__typename '.repeat(10_000)} }` },
    status: 400,
    codes: ['MAX_SELECTIONS_LIMIT'],
    withinMs: 50,
  },
  '16: as often as the limits take': {
    send: { query: `{ ${'__typename '.repeat(5_000)} }` },
    ...invalid,
    says: /^The document has too many fields and fragments side by side to be checked$/,
  },
  '17: eight thousand overlapping inline fragments': {
    send: { query: `{ product(id: 1) { ${'... { name }'.repeat(8_000)} } }` },
    ...tooManyTokens,
    withinMs: 200,
  },
  '17: as many of them as the limits take': {
    send: { query: `{ product(id: 1) { ${'... { name }'.repeat(900)} } }` },
    ...invalid,
    withinMs: 200,
  },
  '17: hundreds of them': {
    send: { query: `{ product(id: 1) { ${'... { name }'.repeat(500)} } }` },
    status: 200,
    data: { product: { name: 'Lamp' } },
    withinMs: 200,
  },
  '19: ten thousand directives': {
    send: { query: `{ __typename ${'@include(if: true)'.repeat(10_000)} }` },
    ...tooManyTokens,
  },
  '19: a thousand directives': {
    send: { query: `{ __typename ${'@include(if: true)'.repeat(1_000)} }` },
    status: 400,
    codes: ['MAX_DIRECTIVES_LIMIT'],
  },
  '20: ten thousand unknown directives': {
    send: { query: `{ __typename ${repeated(10_000, (n) => `@d${n}`)} }` },
    status: 400,
    codes: ['TOKEN_LIMIT_EXCEEDED'],
  },
  '21: ten thousand unknown fields': {
    send: { query: `{ ${repeated(10_000, (n) => `product${n}`)} }` },
    status: 400,
    codes: ['MAX_HEIGHT_LIMIT', 'MAX_ROOT_FIELDS_LIMIT', 'MAX_SELECTIONS_LIMIT'],
  },
  '21: hundreds of unknown fields': {
    send: { query: `{ product(id: 1) { ${repeated(900, (n) => `nam${n}`)} } }` },
    ...invalid,
    says: /Too many validation errors/,
  },
  '23: ten thousand variables': {
    send: { query: `query (${repeated(10_000, (n) => `$v${n}: Int`)}) { __typename }` },
    ...tooManyTokens,
  },
  '23: three thousand variables': {
    send: { query: `query (${repeated(3_000, (n) => `$v${n}: Int`)}) { __typename }` },
    status: 400,
    codes: ['MAX_VARIABLES_LIMIT'],
  },
  '24: a list of a million for an Int': {
    send: {
      query: 'query ($n: Int) { echo(number: $n) }',
      variables: { n: Array.from({ length: 1_000_000 }, () => 7) },
    },
    ...badInput,
  },
  '24: a long text for an Int': {
    send: {
      query: 'query ($n: Int) { echo(number: $n) }',
      variables: { n: 'x'.repeat(1_000_000) },
    },
    ...badInput,
    says: /^Variable "\$n" got invalid value "x+…"; Int cannot represent .*"x+…"$/,
  },
  '25: variables nested a hundred thousand deep': {
    send: `{"query":"query ($a: Any) { echo(any: $a) }","variables":{"a":${nested(100_000)}}}`,
    ...badInput,
    says: /^The variables are nested more than 200 levels deep$/,
  },
  '26: a batch of a hundred thousand': {
    send: Array.from({ length: 100_000 }, () => 0),
    status: 400,
    codes: ['BATCHING_NOT_ENABLED'],
  },
  '28: control characters': { send: { query: '{ __typename \u0000 }' }, ...unreadable },
  // Within strings, GraphQL has taken them since September 2025 (section 2.1.1).
  '28: control characters in a string': {
    send: { query: '{ echo(text: "\u0000\u0007") }' },
    status: 200,
    data: { echo: '\u0000\u0007' },
  },
  '29: half a character': { send: { query: '{ echo(text: "\ud800") }' }, ...unreadable },
  '29: half a character, escaped': { send: { query: '{ echo(text: "\\ud800") }' }, ...unreadable },
  '30: all kinds of characters': {
    send: { query: `{ echo(text: ${JSON.stringify(text)}) }` },
    status: 200,
    data: { echo: text },
  },
  '30: all kinds of characters in a variable': {
    send: { query: 'query ($t: String) { echo(text: $t) }', variables: { t: text } },
    status: 200,
    data: { echo: text },
  },
  '32: a name of a million characters': {
    send: { query: `{ ${'a'.repeat(1_000_000)} }` },
    ...invalid,
    says: /^Cannot query field "a+…" on type "Query"\.$/,
  },
  '34: a text of a million characters': {
    send: { query: `{ echo(text: "${'a'.repeat(1_000_000)}") }` },
    status: 200,
    data: { echo: 'a'.repeat(1_000_000) },
  },
  '35: a comment of ten megabytes': {
    send: { query: `{ __typename } #${'a'.repeat(10_000_000)}` },
    status: 413,
    codes: ['PAYLOAD_TOO_LARGE'],
  },
  '35: a million comments': {
    send: { query: `{ __typename } ${'#\n'.repeat(1_000_000)}` },
    ...tooManyTokens,
  },
  'a million lines before a hundred errors': {
    send: { query: `${'\n'.repeat(1_800_000)} { ${repeated(100, (n) => `x${n}: y`)} }` },
    status: 400,
    codes: ['MAX_ALIASES_LIMIT', 'MAX_ROOT_FIELDS_LIMIT'],
  },
  'a million lines before as many errors as the limits take': {
    send: {
      query: `${'\n'.repeat(1_800_000)}{ product(id: 1) { ${repeated(500, (n) => `x${n}`)} } }`,
    },
    ...invalid,
  },
  'a million lines before variables that are wrong': {
    send: {
      query: `${'\n'.repeat(1_800_000)}query ($i: Input) { echo(input: $i) }`,
      variables: { i: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x${n}`, n])) },
    },
    ...badInput,
  },
  '37: an operation name that is not there': {
    send: { query: 'query A { __typename }', operationName: 'B'.repeat(1_000_000) },
    status: 400,
    codes: ['OPERATION_RESOLUTION_FAILURE'],
    says: /^The document has no operation named "B+…"$/,
  },
  '38: introspection in a circle': {
    send: {
      query: '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    },
    status: 400,
    codes: ['MAX_INTROSPECTION_DEPTH_LIMIT'],
  },
  '39: introspection of ofType, a thousand times': {
    send: { query: `{ __schema { types { ${'ofType { '.repeat(1_000)} name ${'}'.repeat(1_003)}` },
    ...tooDeep,
  },
  '39: introspection of ofType, a hundred times': {
    send: { query: `{ __schema { types { ${'ofType { '.repeat(100)} name ${'}'.repeat(103)}` },
    status: 400,
    codes: ['MAX_DEPTH_LIMIT'],
  },
  ...Object.fromEntries(
    [
      '{ __schema { queryType { name } } }',
      '{ ...F } fragment F on Query { __schema { queryType { name } } }',
      '{ x: __schema { queryType { name } } }',
      '{ __type(name: "Query") { name } }',
    ].map((query) => [
      `40: introspection where it is closed: ${query}`,
      { send: { query }, status: 400, codes: ['INTROSPECTION_DISABLED'] },
    ]),
  ),
  '41: aliases that every object has': {
    send: {
      query: `{ product(id: 1) { __proto__: name constructor: name toString: self { __proto__: id } } }`,
    },
    status: 200,
    data: {
      product: JSON.parse(
        '{ "__proto__": "Lamp", "constructor": "Lamp", "toString": { "__proto__": "p" } }',
      ),
    },
  },
  '41: names that every object has, of an operation, a fragment and a variable': {
    send: `{"query":"query constructor($__proto__: ID!) { product(id: $__proto__) { ...toString } } fragment toString on Product { ...__proto__ } fragment __proto__ on Product { name }","operationName":"constructor","variables":{"__proto__":"1"}}`,
    status: 200,
    data: { product: { name: 'Lamp' } },
  },
  '42: __proto__ in variables': {
    send: `{"query":"query ($a: Any) { echo(any: $a) }","variables":{"__proto__":{"a":1},"a":{"__proto__":{"b":2}}}}`,
    status: 200,
    data: { echo: '{"any":{"__proto__":{"b":2}}}' },
  },
  '42: __proto__ in an input': {
    send: `{"query":"query ($i: Input) { echo(input: $i) }","variables":{"i":{"__proto__":{"text":"x"}}}}`,
    ...badInput,
  },
  '42: __proto__ in a written input': {
    send: { query: '{ echo(input: { __proto__: { text: "x" } }) }' },
    ...invalid,
  },
  '45: a condition on a variable that is not there': {
    send: { query: '{ __typename @skip(if: $no) }' },
    ...invalid,
  },
  '46: a subscription with two root fields': {
    send: { query: 'subscription { one two }' },
    ...invalid,
  },
  '47: entities, asked by a client': {
    send: { query: '{ _entities(representations: []) { __typename } }' },
    ...invalid,
  },
  '47: the service, asked by a client': { send: { query: '{ _service { sdl } }' }, ...invalid },
  ...Object.fromEntries(
    [
      '{ product(id: 1) { secretPrice } }',
      '{ product(id: 1) { ...F } } fragment F on Product { secretPrice }',
      '{ product(id: 1) { ... on Secret { id } } }',
      'query ($s: SecretInput) { __typename }',
      'query ($i: Input = { secretText: "x" }) { echo(input: $i) }',
      '{ echo(input: { secretText: "x" }) }',
      '{ paint(color: SECRET) }',
    ].map((query) => [
      `48: what is @inaccessible: ${query}`,
      { send: { query }, ...invalid, says: /^(?!.*[Aa]ccess)/ },
    ]),
  ),
  '48: what is @inaccessible, in a variable': {
    send: { query: 'query ($c: Color) { paint(color: $c) }', variables: { c: 'SECRET' } },
    ...badInput,
  },
};

describe('Of hostile operations,', () => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    await expectAnswered(row);
  });

  test('20: unknown directives, as many as the limits take, are at most 100 errors', async () => {
    const query = `{ product(id: 1) { ${repeated(45, (n) => `f${n}: name @d${n} x${n}`)} } }`;
    const { status, codes } = await post({ query: query.replaceAll(/f\d+: name/g, 'name') });
    expect({ status, code: codes[0] }).toEqual({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(codes.length).toBeLessThanOrEqual(100);
  });

  test('42: what was sent under __proto__ is nowhere in a later request', async () => {
    await post(rows['42: __proto__ in variables']?.send ?? '');
    const { data } = await post({ query: '{ echo(input: {}, any: {}) }' });
    expect(data).toEqual({ echo: '{"any":{},"input":{}}' });
  });

  test('49: a persisted query under another hash is refused and not kept', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } };
    const refused = await post({ query: '{ __typename }', extensions });
    expect(refused).toMatchObject({ status: 400, codes: ['PERSISTED_QUERY_HASH_MISMATCH'] });
    expect(await post({ extensions })).toMatchObject({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
  });

  test('50: a flood of persisted queries is bounded, and the one in use stays', async () => {
    const persisted = (query: string) => {
      const sha256Hash = hash('sha256', query, 'hex');
      return { query, extensions: { persistedQuery: { version: 1, sha256Hash } } };
    };
    const used = persisted('query Used { __typename }');
    await post(used);
    await post({ extensions: used.extensions });
    // Eight times what is kept.
    const large = 'x'.repeat(16_000);
    await underPassRule(shop, async (round) => {
      for (let n = 0; n < 1_000; n += 1)
        await post(persisted(`{ __typename } #${round} ${n} ${large}`));
    });
    const { data } = await post({ extensions: used.extensions });
    expect(data).toEqual({ __typename: 'Query' });
    const first = persisted(`{ __typename } #1 0 ${large}`);
    const { codes } = await post({ extensions: first.extensions });
    expect(codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('52: strings that take patterns long, in headers that are looked at', async () => {
    const long = 30_000;
    const hostile: Readonly<Record<string, string>> = {
      accept: 'a/b;q=0.'.padEnd(long, '0'),
      'content-type': `application/json; charset=${'"\\'.repeat(long / 2)}`,
      'x-request-id': 'a-'.repeat(long / 2),
      'apollo-require-preflight': ' '.repeat(long),
      [`x-b3-${'b3-ot-'.repeat(2_000)}!`]: 'x',
      'accept-encoding': 'gzip,'.repeat(long / 5),
    };
    for (const [name, value] of Object.entries(hostile)) {
      const attack = () =>
        fetch(shop.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', [name]: value },
          body: '{"query":"{ __typename }"}',
        }).then(async (response) => [response.status, (await response.text()).length] as const);
      for (const [status] of await underPassRule(shop, attack, { withinMs: 100 })) {
        expect(status).toBeLessThan(500);
      }
    }
  });

  test('the same text, refused once, is refused at once', async () => {
    const send = { query: `{ product(id: 1) { ${repeated(500, (n) => `x${n}`)} } }` };
    const first = await post(send);
    expect(await post(send)).toEqual(first);
  });
});
