import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

/** Two command subgraphs that write down in which order they were asked, and one that reads. */
function shop() {
  const log: string[] = [];
  const write = (entry: string, value: unknown) => () => {
    log.push(entry);
    if (value instanceof Error) throw value;
    return value;
  };
  const stub = 'type Product @key(fields: "id", resolvable: false) { id: ID! }';
  return {
    log,
    config: exposed,
    subgraphs: {
      first: {
        sdl: `type Mutation { a(n: Int): Int b: Int! fails: Int failsHard: Int! lies: Int! create(name: String): Product } ${stub}`,
        resolvers: {
          Mutation: {
            a(_: never, { n }: { n?: number }) {
              log.push(`a${n ?? ''}`);
              return n ?? 1;
            },
            b: write('b', 2),
            fails: write('fails', new Error('No')),
            failsHard: write('failsHard', new Error('Never')),
            create(_: never, { name }: { name: string }) {
              log.push(`create ${name}`);
              return { id: name };
            },
          },
        },
      },
      second: {
        sdl: `type Mutation { c: Int d: Product } ${stub}`,
        resolvers: { Mutation: { c: write('c', 3), d: write('d', { id: 'd' }) } },
      },
      reads: {
        sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }`,
        resolvers: {
          Product: {
            __resolveReference({ id }: { id: string }) {
              log.push(`read ${id}`);
              return { id, name: `Name of ${id}` };
            },
          },
        },
      },
    },
  };
}

const from = (message: string, ...path: string[]) => ({
  message,
  path,
  extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'first' },
});

describe('The root fields of a mutation', () => {
  test('run in order, from subgraph to subgraph and back', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send('mutation { a c b two: c three: a(n: 9) }');
    expect(JSON.stringify(reply.body)).toBe('{"data":{"a":1,"c":3,"b":2,"two":3,"three":9}}');
    expect(log).toEqual(['a', 'c', 'b', 'c', 'a9']);
  });

  test('may be one field under several aliases, each of which is run', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send(
      'mutation ($n: Int) { x: a(n: 1) y: a(n: 2) c x: a(n: 1) z: a(n: $n) }',
      { n: 5 },
    );
    expect(JSON.stringify(reply.body)).toBe('{"data":{"x":1,"y":2,"c":3,"z":5}}');
    expect(log).toEqual(['a1', 'a2', 'c', 'a5']);
  });

  test('go on after one that fails and may be null', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send('mutation { fails c b }');
    expect(reply.body).toEqual({
      errors: [from('No', 'fails')],
      data: { fails: null, c: 3, b: 2 },
    });
    expect(log).toEqual(['fails', 'c', 'b']);
  });

  test('stop at one that fails and may not be null', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send('mutation { a x: failsHard c b }');
    expect(reply.body).toEqual({ errors: [from('Never', 'x')], data: null });
    expect(log).toEqual(['a', 'failsHard']);
  });

  test('stop where the subgraph of one that may not be null cannot be reached', async () => {
    const { log, ...options } = shop();
    const first = {
      ...options.subgraphs.first,
      answer: () => ({ data: null, errors: [{ message: 'Down' }] }),
    };
    await using federation = await federateReused({
      ...options,
      subgraphs: { ...options.subgraphs, first },
    });
    const stopped = await federation.send('mutation { c b d { id } }');
    expect(stopped.body).toEqual({ errors: [from('Down', 'b')], data: null });
    const goesOn = await federation.send('mutation { c a d { id } }');
    expect(goesOn.body).toEqual({
      errors: [from('Down', 'a')],
      data: { c: 3, a: null, d: { id: 'd' } },
    });
    expect(log).toEqual(['c', 'c', 'd']);
  });

  test('give entities whose other fields are read from the subgraphs that have them', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send(
      'mutation { one: create(name: "x") { id name } c two: create(name: "y") { label: name } d { name } }',
    );
    expect(reply.body).toEqual({
      data: {
        one: { id: 'x', name: 'Name of x' },
        c: 3,
        two: { label: 'Name of y' },
        d: { name: 'Name of d' },
      },
    });
    expect(log.filter((entry) => !entry.startsWith('read'))).toEqual([
      'create x',
      'c',
      'create y',
      'd',
    ]);
    expect(log.filter((entry) => entry.startsWith('read')).toSorted()).toEqual([
      'read d',
      'read x',
      'read y',
    ]);
  });

  test('of fragments run in the order in which they are met', async () => {
    const { log, ...options } = shop();
    await using federation = await federateReused(options);
    const reply = await federation.send(
      'mutation ($no: Boolean!) { ...Rest ... on Mutation { c } ... @include(if: $no) { b } } fragment Rest on Mutation { a __typename }',
      { no: false },
    );
    expect(JSON.stringify(reply.body)).toBe('{"data":{"a":1,"__typename":"Mutation","c":3}}');
    expect(log).toEqual(['a', 'c']);
  });
});
