import { expect, test } from '@jest/globals';
import { readErrors } from '../../src/subgraph/error-body.ts';

test('Of very many errors, ten thousand are kept', () => {
  const errors = Array.from({ length: 20_000 }, () => ({ message: 'E' }));
  expect(readErrors('a', errors)).toHaveLength(10_000);
});

test('Long messages, codes and extensions are cut', () => {
  const long = 'x'.repeat(1_000_000);
  const [error, other] = readErrors('a', [
    { message: long, extensions: { code: long } },
    { message: 'E', extensions: { code: 'C', body: long } },
  ]);
  expect(error?.message).toBe('x'.repeat(2_000));
  expect(error?.extensions).toEqual({ code: 'x'.repeat(100) });
  expect(other?.extensions).toEqual({ code: 'C' });
});

test('A path that is longer than any answer is deep leads nowhere', () => {
  const path = Array.from({ length: 201 }, () => 0);
  const [error] = readErrors('a', [{ message: 'E', path }]);
  expect(error?.path).toBeUndefined();
});
