import { describe, expect, test } from '@jest/globals';
import { buildSchema, Kind, parse, print } from 'graphql';
import { accessFacts } from '../../src/auth/authorization/access-facts.ts';
import { OperationGuard } from '../../src/auth/authorization/operation-guard.ts';
import type { Standing } from '../../src/auth/authorization/requirement.ts';

const sdl = `schema @link(url: "https://specs.apollo.dev/authenticated/v0.1") { query: Query }
  directive @link(url: String) on SCHEMA
  directive @authenticated on FIELD_DEFINITION
  type Query { user(id: ID): User  users: [User] }
  type User { name: String  mail(form: String): String @authenticated  friend: User }`;

const nobody: Standing = { authenticated: false, scopes: new Set(), policies: new Set() };

function guardOf(text: string): OperationGuard {
  const { definitions } = parse(text);
  const [definition] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (definition === undefined) throw new TypeError('There is an operation');
  const fragments = new Map(
    definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const facts = accessFacts(parse(sdl));
  return new OperationGuard({ definition, fragments }, buildSchema(sdl), facts, { errors: 10 });
}

/** What is left for nobody in particular, on one line. */
function leftOf(text: string): string {
  const guard = guardOf(text);
  const { left } = guard.filtered(guard.judge(nobody) ?? '');
  const definitions = [left.definition, ...left.fragments.values()];
  return print({ kind: Kind.DOCUMENT, definitions }).replaceAll(/\s+/g, ' ');
}

describe('of an operation is left', () => {
  test.each([
    ['{ user { name mail } }', '{ user { name } }'],
    ['{ user { m: mail } users { name } }', '{ users { name } }'],
    [
      'query ($f: String, $id: ID) { user(id: $id) { name mail(form: $f) } }',
      'query ($id: ID) { user(id: $id) { name } }',
    ],
    [
      'query ($a: Boolean!, $b: Boolean!) { user @skip(if: $b) { name mail @include(if: $a) } }',
      'query ($b: Boolean!) { user @skip(if: $b) { name } }',
    ],
    [
      '{ user { ...A } users { name ...B } } fragment A on User { ...B } fragment B on User { mail }',
      '{ users { name } }',
    ],
    [
      '{ user { ...A } } fragment A on User { name ... { mail ...B } } fragment B on User { friend { mail } }',
      '{ user { ...A } } fragment A on User { name }',
    ],
    ['{ user { __typename mail } }', '{ user { __typename } }'],
    ['{ user { mail } }', ''],
  ])('%s: %s', (text, left) => {
    expect(leftOf(text)).toBe(left);
  });
});

test('what an operation asks of callers is told by one digit for each requirement', () => {
  const guard = guardOf('{ user { name mail friend { mail } } }');
  expect(guard.judge(nobody)).toBe('0');
  expect(guard.judge({ ...nobody, authenticated: true })).toBeUndefined();
  expect(guardOf('{ user { name } }').asksNothing).toBe(true);
});

test('what is left is made once for all who see the same', () => {
  const guard = guardOf('{ user { name mail } }');
  expect(guard.filtered('0')).toBe(guard.filtered('0'));
});

test("a document that is nested too deeply is the client's fault", () => {
  const fragments = Array.from({ length: 500 }, (_, index) => {
    const inner = index === 499 ? 'name mail' : `...F${index + 1}`;
    return `fragment F${index} on User ${'{ ... '.repeat(100)} { ${inner} } ${'}'.repeat(100)}`;
  });
  const guard = guardOf(`{ user { ...F0 } } ${fragments.join(' ')}`);
  const refusal = {
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: 'The document is nested too deeply',
  };
  expect(() => guard.filtered('0')).toThrow(expect.objectContaining(refusal));
});

test('fragments within fragments cost no more than they are long', () => {
  const fragments = Array.from({ length: 60 }, (_, index) => {
    const next =
      index === 59 ? 'mail name' : `a: friend { ...F${index + 1} } b: friend { ...F${index + 1} }`;
    return `fragment F${index} on User { ${next} }`;
  });
  const guard = guardOf(`{ user { ...F0 } } ${fragments.join('\n')}`);
  const filtered = guard.filtered(guard.judge(nobody) ?? '');
  expect(filtered.left.fragments.size).toBe(60);
  expect(filtered.errorsFor({})).toHaveLength(10);
});
