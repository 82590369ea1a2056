import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { LimitsExceeded, refuseExceeded } from '../../../src/operation/limits/exceeded.ts';
import { samples } from '../../../subgraphs/samples.ts';
import { exceededBy, limits, repeated } from './limited.ts';

const everything = {
  schemaDescription: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  oneOf: true,
};

describe('The default limits take', () => {
  /** A page as compilers write it: a card of twenty fields in twenty lists, by fragments. */
  const fields = repeated(18, (n) => `field${n}`);
  const page = `query Page(${repeated(50, (n) => `$v${n}: Int`)}) {
    viewer { id __isNode: __typename
      ${repeated(20, (n) => `list${n}(first: $v${n}) { edges { node { ...Card } } pageInfo { endCursor } }`)} } }
    fragment Card on Node { __typename __isNode: __typename ${fields} ...Button @include(if: $v0) }
    fragment Button on Node { id label }`;
  const aliased = `{ ${repeated(20, (n) => `p${n}: product(id: ${n}) { name price { amount } }`)} }`;

  test.each([
    ['the introspection query', getIntrospectionQuery()],
    ['the introspection query with all that it can ask', getIntrospectionQuery(everything)],
    ['a page with hundreds of fields', page],
    ['twenty products by aliases', aliased],
    ...samples.map(({ title, query }) => [title, query] as const),
  ])('%s', (_, text) => {
    expect(exceededBy(text, limits())).toEqual([]);
  });
});

describe('All limits that a document exceeds', () => {
  const strict = { depth: 1, aliases: 0, rootFields: 1, operationName: 2 };
  const text = 'query Long { x: a { b } c }';
  const depth = {
    limit: 'depth',
    code: 'MAX_DEPTH_LIMIT',
    message: 'The operation is 2 fields deep, and 1 is the most',
  };

  test('are found at once, each with its code', () => {
    expect(exceededBy(text, limits(strict))).toEqual([
      { ...depth, warnOnly: false },
      {
        limit: 'aliases',
        code: 'MAX_ALIASES_LIMIT',
        message: 'The operation has 1 aliases, and 0 is the most',
        warnOnly: false,
      },
      {
        limit: 'rootFields',
        code: 'MAX_ROOT_FIELDS_LIMIT',
        message: 'The operation has 2 root fields, and 1 is the most',
        warnOnly: false,
      },
      {
        limit: 'operationName',
        code: 'MAX_OPERATION_NAME_LIMIT',
        message: "The operation's name is 4 characters long, and 2 is the most",
        warnOnly: false,
      },
    ]);
  });

  test('only warn where all limits do, but for those that refuse by themselves', () => {
    const warning = limits({ ...strict, warnOnly: true, depth: { max: 1, warnOnly: false } });
    const found = exceededBy(text, warning).map(({ limit, warnOnly }) => [limit, warnOnly]);
    expect(found).toEqual([
      ['depth', false],
      ['aliases', true],
      ['rootFields', true],
      ['operationName', true],
    ]);
  });

  test('are one refusal, in which those that only warn are not told', () => {
    const exceeded = exceededBy(text, limits({ ...strict, aliases: { max: 0, warnOnly: true } }));
    const refuse = () => refuseExceeded(exceeded);
    expect(refuse).toThrow(LimitsExceeded);
    expect(refuse).toThrow(
      expect.objectContaining({
        code: 'MAX_DEPTH_LIMIT',
        status: 400,
        exceeded,
        details: [
          { code: 'MAX_DEPTH_LIMIT', message: depth.message },
          expect.objectContaining({ code: 'MAX_ROOT_FIELDS_LIMIT' }),
          expect.objectContaining({ code: 'MAX_OPERATION_NAME_LIMIT' }),
        ],
      }),
    );
    refuseExceeded(exceededBy(text, limits({ ...strict, warnOnly: true })));
  });

  test('are counted to the end where they only warn', () => {
    const warning = limits({ tokens: { max: 3, warnOnly: true }, recursion: 2 });
    expect(exceededBy('{ a { b { c } } }', warning)).toMatchObject([
      { limit: 'tokens', warnOnly: true },
      { limit: 'recursion', warnOnly: false },
    ]);
  });
});

test('A number past all bounds is told as such', () => {
  const text = `{ ...F0 } ${repeated(60, (n) => `fragment F${n} on T { ...F${n + 1} ...F${n + 1} }`)} fragment F60 on T { a }`;
  const [found] = limits().ofDocument(parse(text));
  expect(found?.message).toBe(
    'The operation selects a million or more fields, and 1000 is the most',
  );
});
