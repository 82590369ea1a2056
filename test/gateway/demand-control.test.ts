import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import { type Federation, type FederationOptions, federate, send } from '../harness/federation.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", { name: "@cost", as: "@weight" }, "@listSize"
])\n`;

const books = Array.from({ length: 8 }, (_, index) => ({ id: `${index}`, title: `Book ${index}` }));

/** Books with their reviews from another subgraph. */
const subgraphs: FederationOptions['subgraphs'] = {
  books: {
    sdl: `${link}
      type Query {
        books(first: Int, last: Int): [Book!]! @listSize(slicingArguments: ["first", "last"])
        best: Book @weight(weight: 7)
        untold: [Book!]!
      }
      type Mutation { publish(title: String!): Book }
      type Book @key(fields: "id") { id: ID! title: String }
    `,
    resolvers: {
      Query: {
        books: (_: unknown, { first }: { readonly first: number }) => books.slice(0, first),
        best: () => books[0],
        untold: () => books,
      },
      Mutation: { publish: () => books[0] },
    },
  },
  reviews: {
    sdl: `${link}
      type Query { latest: Review @weight(weight: 2) }
      type Book @key(fields: "id") {
        id: ID!
        reviews(first: Int = 2): [Review!] @listSize(slicingArguments: ["first"])
      }
      type Review @weight(weight: 3) { text: String }
    `,
    resolvers: {
      Query: { latest: () => ({ text: 'New' }) },
      Book: { reviews: () => [{ text: 'Good' }, { text: 'Bad' }] },
    },
  },
};

type Cost = NonNullable<NonNullable<GatewayInput['graphql']>['cost']>;

function start(cost: Cost): Promise<Federation> {
  return federate({ subgraphs, config: { graphql: { cost } } });
}

function costHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-cost')));
}

/** The series of costs, but for the buckets. */
async function costs({ gateway }: Federation): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
  const lines = text.split('\n').filter((line) => /^cost_\w+_(count|sum)/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

const strict = { accept: 'application/graphql-response+json' };

describe('costs that are enforced', () => {
  test('keep what is too expensive from being planned and fetched', async () => {
    await using federation = await start({ mode: 'enforce', max: 12, headers: true });
    const { status, headers, body } = await federation.send(
      '{ books(first: 6) { title reviews(first: 1) { text } } }',
      {},
      strict,
    );
    expect(status).toBe(400);
    // 6 books of 1, each with a review of 3.
    expect(body).toEqual({
      errors: [
        {
          message: 'The operation costs about 24, but 12 at most is allowed',
          extensions: {
            'cost.estimated': 24,
            'cost.max': 12,
            code: 'COST_ESTIMATED_TOO_EXPENSIVE',
          },
        },
      ],
    });
    expect(costHeaders(headers)).toEqual({ 'x-cost-max': '12', 'x-cost-estimated': '24' });
    expect(federation.subgraphs['books']?.requests).toEqual([]);
    const metrics = await (await fetch(`${federation.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('query_planning_duration_seconds_count 0');
    expect(metrics).toMatch(/graphql_errors_total\{code="COST_ESTIMATED_TOO_EXPENSIVE",.*\} 1/);
  });

  test('let pass what is within the maximum, by the variables of each request', async () => {
    await using federation = await start({ mode: 'enforce', max: 4 });
    const query = 'query ($n: Int) { books(first: $n) { id } }';
    const replies = [4, 5, 3].map((n) => federation.send(query, { n }, strict));
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 400, 200]);
  });

  test('are checked before work is shared', async () => {
    await using federation = await start({ mode: 'enforce', max: 4 });
    const query = '{ books(first: 5) { id } }';
    const replies = [1, 2, 3].map(() => federation.send(query, {}, strict));
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  test('refuse a list whose size is given not at all, or twice', async () => {
    await using federation = await start({ mode: 'enforce', max: 100 });
    const replies = await Promise.all([
      federation.send('{ books { id } }', {}, strict),
      federation.send('{ books(first: 1, last: 1) { id } }', {}, strict),
      federation.send('{ books(first: 1, last: null) { id } }', {}, strict),
    ]);
    const refused = (given: number) => ({
      errors: [
        {
          message: `Exactly one slicing argument is required for "books", but found ${given}`,
          locations: [{ line: 1, column: 3 }],
          extensions: { code: 'COST_INVALID_SLICING_ARGUMENTS' },
        },
      ],
    });
    expect(replies.map(({ status, body }) => ({ status, body }))).toEqual([
      { status: 400, body: refused(0) },
      { status: 400, body: refused(2) },
      { status: 200, body: { data: { books: [{ id: '0' }] } } },
    ]);
  });

  test('are told with status 200 to clients of application/json', async () => {
    await using federation = await start({ mode: 'enforce', max: 6 });
    const { status, body } = await federation.send(
      '{ best { id } }',
      {},
      {
        accept: 'application/json',
      },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ errors: [{ extensions: { 'cost.estimated': 7 } }] });
  });
});

describe('costs that are measured', () => {
  test('refuse nothing, and are told in headers, log and metrics', async () => {
    await using federation = await start({ mode: 'measure', max: 12, headers: true });
    const { send: ask, logged } = federation;
    // 20 books of 1, each with a review of 3; 8 books come, with two reviews each.
    const dear = await ask('{ books(first: 20) { title reviews(first: 1) { text } } }');
    expect(dear.status).toBe(200);
    expect(dear.body).not.toHaveProperty('errors');
    expect(costHeaders(dear.headers)).toEqual({
      'x-cost-max': '12',
      'x-cost-estimated': '80',
      'x-cost-actual': '56',
    });
    // The field 7.
    expect(costHeaders((await ask('{ best { title } }')).headers)).toEqual({
      'x-cost-max': '12',
      'x-cost-estimated': '7',
      'x-cost-actual': '7',
    });
    // No size is given: 10 books. 8 come.
    expect(costHeaders((await ask('{ books { id } }')).headers)).toEqual({
      'x-cost-max': '12',
      'x-cost-estimated': '10',
      'x-cost-actual': '8',
    });
    const lines = await logged('request', 3);
    expect(lines.map(({ cost }) => cost)).toEqual([
      { estimated: 80, actual: 56 },
      { estimated: 7, actual: 7 },
      { estimated: 10, actual: 8 },
    ]);
    const expected = [
      ['COST_OK', 7, 7],
      ['COST_ESTIMATED_TOO_EXPENSIVE', 80, 56],
      ['COST_INVALID_SLICING_ARGUMENTS', 10, 8],
    ] as const;
    const series = expected.flatMap(([result, estimated, actual]) => {
      const label = `{cost_result="${result}"}`;
      return [
        [`cost_estimated_sum${label}`, estimated],
        [`cost_estimated_count${label}`, 1],
        [`cost_actual_sum${label}`, actual],
        [`cost_actual_count${label}`, 1],
        [`cost_delta_sum${label}`, estimated - actual],
        [`cost_delta_count${label}`, 1],
      ];
    });
    expect(await costs(federation)).toEqual(Object.fromEntries(series));
  });

  test('tell of an answer that was more expensive than its estimate', async () => {
    await using federation = await start({ mode: 'measure', max: 4, listSize: 2 });
    expect((await federation.send('{ untold { id } }')).status).toBe(200);
    expect(await costs(federation)).toMatchObject({
      'cost_estimated_sum{cost_result="COST_OK"}': 2,
      'cost_actual_sum{cost_result="COST_ACTUAL_TOO_EXPENSIVE"}': 8,
      'cost_delta_sum{cost_result="COST_ACTUAL_TOO_EXPENSIVE"}': -6,
    });
  });

  test('may be of what subgraphs answer, and then count what the gateway asks beyond', async () => {
    await using federation = await start({ mode: 'measure', actual: 'bySubgraph', headers: true });
    const query = '{ books(first: 2) { title reviews(first: 1) { text } } }';
    // 2 books of 1; the same 2 again as entities, each with 2 reviews of 3.
    expect(costHeaders((await federation.send(query)).headers)).toEqual({
      'x-cost-estimated': '8',
      'x-cost-actual': '16',
    });
    // A mutation 10, the book 1, 2 reviews of 3; and the book once more as an entity.
    const mutation = 'mutation { publish(title: "a") { reviews { text } } }';
    expect(costHeaders((await federation.send(mutation)).headers)).toEqual({
      'x-cost-estimated': '17',
      'x-cost-actual': '18',
    });
  });

  test('may be estimates alone', async () => {
    await using federation = await start({ mode: 'measure', actual: 'off', headers: true });
    const { headers } = await federation.send('{ best { id } }');
    expect(costHeaders(headers)).toEqual({ 'x-cost-estimated': '7' });
  });

  test('are those of each of several requests that share one execution', async () => {
    await using federation = await start({ mode: 'measure', headers: true });
    const replies = await Promise.all([1, 2, 3].map(() => federation.send('{ best { id } }')));
    expect(replies.map(({ headers }) => headers.get('x-cost-actual'))).toEqual(['7', '7', '7']);
    expect((await costs(federation))['cost_actual_count{cost_result="COST_OK"}']).toBe(3);
  });
});

describe('the budget of a subgraph', () => {
  const query =
    'query ($n: Int) { books(first: 2) { title reviews(first: $n) { text } } best { title } }';

  test('leaves out what is beyond it, and the rest is answered', async () => {
    await using federation = await start({
      mode: 'enforce',
      subgraphs: { all: { max: 100 }, reviews: { max: 20 } },
    });
    // 2 books of 1, each with 3 reviews of 3.
    expect((await federation.send(query, { n: 3 })).body).not.toHaveProperty('errors');
    const { status, body } = await federation.send(query, { n: 4 });
    expect(status).toBe(200);
    const error = (index: number) => ({
      message: 'What is asked of one subgraph costs about 26, but 20 at most is allowed',
      path: ['books', index, 'reviews'],
      extensions: {
        'cost.subgraph': 'reviews',
        'cost.subgraph.estimated': 26,
        'cost.subgraph.max': 20,
        code: 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE',
        service: 'reviews',
      },
    });
    expect(body).toEqual({
      errors: [error(0), error(1)],
      data: {
        books: [
          { title: 'Book 0', reviews: null },
          { title: 'Book 1', reviews: null },
        ],
        best: { title: 'Book 0' },
      },
    });
    expect(federation.subgraphs['reviews']?.requests.length).toBe(1);
    const of = (subgraph: string, result: string) =>
      `cost_subgraph_estimated_sum{subgraph_name="${subgraph}",cost_result="${result}"}`;
    expect(await costs(federation)).toMatchObject({
      [of('reviews', 'COST_OK')]: 20,
      [of('reviews', 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE')]: 26,
      // 2 books of 1 and the best of 7, twice.
      [of('books', 'COST_OK')]: 18,
    });
  });

  test('leaves out fields of the root too, each with its error', async () => {
    await using federation = await start({
      mode: 'enforce',
      subgraphs: { all: {}, reviews: { max: 1 } },
    });
    const { body } = await federation.send('{ latest { text } best { title } }');
    expect(body).toMatchObject({
      errors: [{ path: ['latest'], extensions: { code: 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE' } }],
      data: { latest: null, best: { title: 'Book 0' } },
    });
    expect(federation.subgraphs['reviews']?.requests).toEqual([]);
  });

  test('is only observed while costs are measured', async () => {
    await using federation = await start({ mode: 'measure', subgraphs: { all: { max: 1 } } });
    const { body } = await federation.send('{ latest { text } best { title } }');
    expect(body).toEqual({ data: { latest: { text: 'New' }, best: { title: 'Book 0' } } });
    const label = '{subgraph_name="books",cost_result="SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE"}';
    expect((await costs(federation))[`cost_subgraph_estimated_sum${label}`]).toBe(7);
  });

  test('names no subgraph where clients are to read none', async () => {
    const cost = { mode: 'enforce', subgraphs: { all: { max: 1 } } } as const;
    const config = { graphql: { cost, errors: { service: false } } };
    await using federation = await federate({ subgraphs, config });
    const { body } = await federation.send('{ best { title } }');
    expect(body).toMatchObject({ errors: [{ extensions: { 'cost.subgraph.estimated': 7 } }] });
    expect(JSON.stringify(body)).not.toContain('books');
  });
});

test('the operations of a batch share the maximum', async () => {
  const cost = { mode: 'enforce', max: 15 } as const;
  await using federation = await federate({
    subgraphs,
    config: { graphql: { cost, batching: { enabled: true } } },
  });
  const batch = [1, 2, 3].map(() => ({ query: '{ best { title } }' }));
  const { body } = await send(federation.gateway.url, batch);
  const answered = { data: { best: { title: 'Book 0' } } };
  const extensions = { 'cost.estimated': 21, 'cost.max': 15, code: 'COST_ESTIMATED_TOO_EXPENSIVE' };
  expect(body).toEqual([
    answered,
    answered,
    { errors: [{ message: expect.stringContaining('21'), extensions }] },
  ]);
});

test('a plan that is asked for without its data tells the estimate', async () => {
  const cost = { mode: 'measure', headers: true } as const;
  await using federation = await federate({
    subgraphs,
    config: { graphql: { cost, exposePlan: true } },
  });
  const dryRun = { 'apollo-expose-query-plan': 'dry-run' };
  const { headers } = await federation.send('{ best { title } }', {}, dryRun);
  expect(costHeaders(headers)).toEqual({ 'x-cost-estimated': '7' });
});

test('costs that are not looked at leave no trace', async () => {
  await using federation = await start({ max: 1, headers: true });
  const { status, headers } = await federation.send('{ untold { id } }');
  expect(status).toBe(200);
  expect(costHeaders(headers)).toEqual({});
  expect(await costs(federation)).toEqual({});
  const [line] = await federation.logged('request');
  expect(line).not.toHaveProperty('cost');
});

test('a budget for a subgraph that is not there is an error', async () => {
  const cost = { mode: 'measure', subgraphs: { book: { max: 1 } } } as const;
  await expect(start(cost)).rejects.toThrow(
    'UNKNOWN_SUBGRAPH graphql.cost.subgraphs names "book", which the supergraph does not have',
  );
});

test('without a maximum there is nothing to enforce', async () => {
  await expect(start({ mode: 'enforce' })).rejects.toThrow('set a maximum');
});
