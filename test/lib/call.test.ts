import { expect, test } from '@jest/globals';
import { type Layer, layered } from '../../src/lib/call.ts';

const signal = new AbortController().signal;

test('the first layer sees the request first and the answer last', async () => {
  const seen: string[] = [];
  const named =
    (name: string): Layer<string, string> =>
    (next) =>
    async (request, until) => {
      seen.push(`${name} asks`);
      const answer = await next(`${request}>${name}`, until);
      seen.push(`${name} answers`);
      return `${name}<${answer}`;
    };
  const call = layered(async (request: string) => `[${request}]`, [named('a'), named('b')]);
  expect(await call('x', signal)).toBe('a<b<[x>a>b]');
  expect(seen).toEqual(['a asks', 'b asks', 'b answers', 'a answers']);
});

test('without layers a call is itself', async () => {
  const call = async () => 1;
  expect(layered(call, [])).toBe(call);
});
