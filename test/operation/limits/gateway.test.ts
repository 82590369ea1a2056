import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../../harness/federation.ts';

const sdl = `
  type Query { product(id: ID): Product sum(of: [Int!], any: Any): Int }
  type Product { name: String parent: Product }
  scalar Any`;
const resolvers = {
  Query: { product: () => ({ name: 'Lamp', parent: { name: 'House' } }), sum: () => 6 },
};
const start = (graphql: object) =>
  federate({ config: { graphql }, subgraphs: { a: { sdl, resolvers } } });

/** The values of the counter of limits, by limit and outcome. */
async function counters({ gateway }: Federation): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const pattern =
    /^gatehouse_operation_limits_exceeded_total\{limit="(\w+)",outcome="(\w+)"\} (\d+)$/gm;
  const found = [...text.matchAll(pattern)];
  return Object.fromEntries(
    found.map(([, limit, outcome, n]) => [`${limit} ${outcome}`, Number(n)]),
  );
}

const query = '{ x: product { name parent { name } } }';
const depth = 'The operation is 3 fields deep, and 2 is the most';
const aliases = 'The operation has 1 aliases, and 0 is the most';

describe('An operation beyond its limits', () => {
  test('is refused once for all of them, each with its code, and nothing is fetched', async () => {
    await using federation = await start({ limits: { depth: 2, aliases: 0 } });
    const errors = [
      { message: depth, extensions: { code: 'MAX_DEPTH_LIMIT' } },
      { message: aliases, extensions: { code: 'MAX_ALIASES_LIMIT' } },
    ];
    for (const _ of [1, 2]) {
      const { status, body } = await federation.send(query);
      expect({ status, body }).toEqual({ status: 400, body: { errors } });
    }
    const asJson = await federation.send(query, {}, { accept: 'application/json' });
    expect([asJson.status, asJson.body]).toEqual([200, { errors }]);
    expect(federation.subgraphs['a']?.requests).toEqual([]);
    expect(await counters(federation)).toEqual({ 'depth refused': 3, 'aliases refused': 3 });
    const [line] = await federation.logged('request');
    expect(line).toMatchObject({
      code: 'MAX_DEPTH_LIMIT',
      limits: [
        { limit: 'depth', message: depth },
        { limit: 'aliases', message: aliases },
      ],
    });
  });

  test('is served where they only warn, and each time logged and counted', async () => {
    await using federation = await start({ limits: { warnOnly: true, depth: 2, aliases: 0 } });
    for (const _ of [1, 2]) {
      const { status, body } = await federation.send(query);
      const data = { x: { name: 'Lamp', parent: { name: 'House' } } };
      expect({ status, body }).toEqual({ status: 200, body: { data } });
    }
    expect(await counters(federation)).toEqual({ 'depth warned': 2, 'aliases warned': 2 });
    const lines = await federation.logged('An operation is served beyond its limits', 2);
    const limits = [
      { limit: 'depth', message: depth },
      { limit: 'aliases', message: aliases },
    ];
    expect(lines).toEqual(
      lines.map(() =>
        expect.objectContaining({ level: 'warn', limits, requestId: expect.any(String) }),
      ),
    );
  });

  test('is refused for one that does not only warn, and the others are counted too', async () => {
    const limits = { depth: { max: 2, warnOnly: true }, aliases: 0 };
    await using federation = await start({ limits });
    const { status, body } = await federation.send(query);
    const errors = [{ message: aliases, extensions: { code: 'MAX_ALIASES_LIMIT' } }];
    expect({ status, body }).toEqual({ status: 400, body: { errors } });
    expect(await counters(federation)).toEqual({ 'depth warned': 1, 'aliases refused': 1 });
  });

  test('is served where they are switched off', async () => {
    await using federation = await start({ limits: { introspectionDepth: false } });
    const deep =
      '{ __schema { queryType { fields { type { fields { type { fields { name } } } } } } } }';
    const { status, body } = await federation.send(deep);
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { __schema: { queryType: {} } } });
  });
});

describe('Variables beyond their limits', () => {
  const withList = 'query ($of: [Int!], $any: Any) { sum(of: $of, any: $any) }';

  test('are refused at once, and the document is still good for others', async () => {
    await using federation = await start({ limits: { listSize: 3, variablesDepth: 2 } });
    const refused = await federation.send(withList, { of: [1, 2, 3, 4], any: [[1]] });
    const message = 'A list in the variables has 4 items, and 3 is the most';
    const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' } }];
    expect([refused.status, refused.body]).toEqual([400, { errors }]);
    const nested = await federation.send(withList, { any: { a: [[]] } });
    expect(nested.body).toEqual({
      errors: [
        {
          message: 'The variables are nested more than 2 levels deep',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    const taken = await federation.send(withList, { of: [1, 2, 3], any: [[1]] });
    expect(taken.body).toEqual({ data: { sum: 6 } });
    expect(await counters(federation)).toEqual({
      'listSize refused': 1,
      'variablesDepth refused': 1,
    });
  });

  test('are served where they only warn', async () => {
    await using federation = await start({ limits: { listSize: { max: 3, warnOnly: true } } });
    const { body } = await federation.send(withList, { of: [1, 2, 3, 4] });
    expect(body).toEqual({ data: { sum: 6 } });
    expect(await counters(federation)).toEqual({ 'listSize warned': 1 });
  });
});

describe('Errors suggest names', () => {
  const wrongField = '{ product { nam } }';
  const messages = (body: unknown) =>
    (body as { errors: { message: string }[] }).errors.map(({ message }) => message);

  test('where that is open', async () => {
    await using federation = await start({});
    const { body } = await federation.send(wrongField);
    expect(messages(body)).toEqual([
      'Cannot query field "nam" on type "Product". Did you mean "name"?',
    ]);
  });

  test('and do not where it is closed, in documents and in variables', async () => {
    await using federation = await federate({
      config: { graphql: { suggestions: false } },
      subgraphs: {
        a: {
          sdl: 'type Query { paint(color: Color, input: In): Int } enum Color { RED } input In { width: Int }',
        },
      },
    });
    const inDocument = await federation.send(
      'query ($c: Colour) { pain paint(colour: RED, color: RE, input: { widht: 1 }) }',
    );
    expect(messages(inDocument.body)).toHaveLength(6);
    const inVariables = await federation.send(
      'query ($c: Color, $i: In) { paint(color: $c, input: $i) }',
      { c: 'RE', i: { widht: 1 } },
    );
    expect(messages(inVariables.body)).toHaveLength(2);
    const all = [...messages(inDocument.body), ...messages(inVariables.body)];
    expect(all.filter((message) => message.includes('Did you mean'))).toEqual([]);
  });
});

describe('What a client reads of its own words', () => {
  test('is cut, and not the reason behind them', async () => {
    await using federation = await start({});
    const of = 'x'.repeat(1_000);
    const { body } = await federation.send('query ($of: [Int!]) { sum(of: $of) }', { of });
    const cut = `"${'x'.repeat(59)}…"`;
    expect(body).toMatchObject({
      errors: [
        {
          message: `Variable "$of" got invalid value ${cut}; Int cannot represent non-integer value: ${cut}`,
          locations: [{ line: 1, column: 8 }],
        },
      ],
    });
  });
});
