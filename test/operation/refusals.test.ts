import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { GatewayError } from '../../src/errors.ts';
import { Documents } from '../../src/operation/documents.ts';
import { Refusals } from '../../src/operation/refusals.ts';

const schema = buildSchema('type Query { one: Int two: Int }');

describe('A document that is refused', () => {
  test.each([
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ three }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused in the same way when it comes again: %s', (text, code) => {
    const documents = new Documents(schema, 1_000_000);
    const refusal = () => {
      try {
        return documents.check(text);
      } catch (thrown) {
        return thrown;
      }
    };
    const first = refusal();
    expect(first).toMatchObject({ code, status: 400 });
    // Nothing was done again: it is the very same.
    expect(refusal()).toBe(first);
  });

  test('is told with its places, and keeps nothing of the document', () => {
    const documents = new Documents(schema, 1_000_000);
    const text = `\n\n  { one\n\tthree(a: 1) }`;
    const locations = [{ line: 4, column: 2 }];
    const message = 'Cannot query field "three" on type "Query".';
    expect(() => documents.check(text)).toThrow(
      expect.objectContaining({ details: [{ message, locations }] }),
    );
  });

  test('does not keep another one from being taken', () => {
    const documents = new Documents(schema, 1_000_000);
    expect(() => documents.check('{ three }')).toThrow(GatewayError);
    expect(documents.check('{ two }').cached).toBe(false);
    expect(documents.check('{ two }').cached).toBe(true);
  });
});

test('refusals take bounded memory', () => {
  const refusals = new Refusals();
  const refuse = (n: number) => {
    throw new GatewayError('BAD_REQUEST', `${n} ${'x'.repeat(1_000)}`);
  };
  let checks = 0;
  const check = (n: number) => {
    try {
      refusals.guard(`${n}`, () => {
        checks += 1;
        return refuse(n);
      });
    } catch {}
  };
  for (let n = 0; n < 10_000; n += 1) check(n);
  check(9_999);
  expect(checks).toBe(10_000);
  check(0);
  expect(checks).toBe(10_001);
});

test('what fails by a mistake of our own is tried again', () => {
  const refusals = new Refusals();
  const mistake = () =>
    refusals.guard('a', () => {
      throw new TypeError('A mistake');
    });
  expect(mistake).toThrow(TypeError);
  expect(refusals.guard('a', () => 1)).toBe(1);
});
