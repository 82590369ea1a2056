import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getIntrospectionQuery, Lexer, Source, TokenKind } from 'graphql';
import { scan } from '../../../src/operation/limits/scan.ts';

const all = { tokens: Number.POSITIVE_INFINITY, recursion: Number.POSITIVE_INFINITY };

/** As graphql-js counts tokens, and comments with them; undefined for what is no GraphQL. */
function tokensOf(text: string): number | undefined {
  try {
    const lexer = new Lexer(new Source(text));
    while (lexer.token.kind !== TokenKind.EOF) lexer.advance();
    let [count, token] = [-1, lexer.token.prev];
    for (; token !== null; token = token.prev) count += 1;
    return count;
  } catch {
    return undefined;
  }
}

describe('The tokens of a document are counted as a lexer does:', () => {
  test.each([
    '',
    ' ,\n\t\r\uFEFF',
    '{ a }',
    '{a,b c:d}',
    '# a comment\n{ a } # another',
    '#\r#\n\r#',
    'query Q($a: [Int!]! = [1, -2, 3.5, 4e5, 6.7E-8, 9e+1]) @d { a(b: $a) }',
    '[a2e-5]',
    '[1-1]',
    '{ a(b: "", c: "x", d: "\\"", e: "\\\\", f: "\\u00e9", g: "#{") }',
    '{ a(b: """""", c: """x""", d: """ \\""" " "" \\\\""" { # """) }',
    '{ a(b: """\n\n{{{\n""") b }',
    '{ ...F ... on T { a } ... @include(if: true) { b } }',
    '{ a(b: "🙂 \u202e") }',
    getIntrospectionQuery(),
  ])('%j', (text) => {
    expect(scan(text, all).tokens).toBe(tokensOf(text));
  });

  test('whatever a random text is made of', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        ':',
        '!',
        '$',
        '@',
        '|',
        '&',
        '=',
        '...',
        ' ',
        '\n',
        ',',
        '#',
      ],
      ...['name', '_', 'e', '0', '12', '-3', '4.5', '6e7', '8E-9', '"', '""', '"""', '\\', 'é'],
    );
    let compared = 0;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const expected = tokensOf(text);
        fc.pre(expected !== undefined);
        compared += 1;
        expect(scan(text, all).tokens).toBe(expected);
      }),
      { numRuns: 2_000, maxSkipsPerRun: 1_000 },
    );
    expect(compared).toBe(2_000);
  });
});

describe('The brackets of a document', () => {
  test.each([
    ['', 0],
    ['{ a }', 1],
    ['{ a { b } c { d } }', 2],
    ['{ a(b: [[{ c: 1 }]]) }', 5],
    ['query ($a: [[Int]]) { a }', 3],
    ['{ a(b: "{{{[[[(((", c: """{{{""") # {{{\n }', 2],
  ])('of %j are %i deep at most', (text, recursion) => {
    expect(scan(text, all).recursion).toBe(recursion);
  });
});

describe('Counting ends', () => {
  test('with the token that is too much', () => {
    const text = 'a '.repeat(1_000_000);
    expect(scan(text, { ...all, tokens: 10 })).toEqual({ tokens: 11, recursion: 0 });
  });

  test('with the bracket that is too much', () => {
    const text = '['.repeat(1_000_000);
    expect(scan(text, { ...all, recursion: 10 })).toEqual({ tokens: 11, recursion: 11 });
  });
});
