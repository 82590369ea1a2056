import { expect, test } from '@jest/globals';
import { deduplicated } from '../../src/resilience/deduplicated.ts';

const never = new AbortController().signal;

interface Asked {
  readonly key: string | undefined;
  readonly scope?: string;
}

/** A call that answers with a list when `answer` is called, and counts how often it was made. */
function held() {
  const answered = Promise.withResolvers<void>();
  const made: Asked[] = [];
  const layer = deduplicated<Asked, { readonly list: number[] }>({
    keyOf: ({ key }) => key,
    scopeOf: ({ scope = '' }) => scope,
    copy: ({ list }) => ({ list: [...list] }),
  });
  const call = layer(async (asked) => {
    made.push(asked);
    await answered.promise;
    return { list: [1] };
  });
  return { call, made, answer: answered.resolve };
}

test('Equal requests under way share one call, and what each gets is its own', async () => {
  const { call, made, answer } = held();
  const both = [call({ key: 'a' }, never), call({ key: 'a' }, never)];
  answer();
  const [one, other] = await Promise.all(both);
  expect(made).toHaveLength(1);
  one?.list.push(2);
  expect(other).toEqual({ list: [1] });
});

test('Requests that differ, or that have no key, have calls of their own', async () => {
  const { call, made, answer } = held();
  const all = ['a', 'b', undefined, undefined].map((key) => call({ key }, never));
  answer();
  await Promise.all(all);
  expect(made).toHaveLength(4);
});

test('Equal requests of different scopes have calls of their own', async () => {
  const { call, made, answer } = held();
  const scopes = ['', 'mira', 'jules', 'mira'];
  const all = scopes.map((scope) => call({ key: 'a', scope }, never));
  answer();
  await Promise.all(all);
  expect(made.map(({ scope }) => scope)).toEqual(['', 'mira', 'jules']);
});
