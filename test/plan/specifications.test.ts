import { describe, expect, test } from '@jest/globals';
import { federate } from '../harness/federation.ts';

const link = (version: string, ...names: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: ${JSON.stringify(names)})`;

const stock = {
  sdl: `${link('v2.0', '@key')} type Product @key(fields: "id") { id: ID! left: Int }`,
  resolvers: { Product: { __resolveReference: () => ({ left: 4 }) } },
};
const resolvers = { Query: { product: () => ({ id: '1', name: 'Table' }), open: () => 'yes' } };

async function expectAnswer(sdl: string): Promise<void> {
  await using federation = await federate({ subgraphs: { catalog: { sdl, resolvers }, stock } });
  const reply = await federation.send('{ open product { left name } }');
  expect(reply.body).toEqual({ data: { open: 'yes', product: { left: 4, name: 'Table' } } });
}

describe('A supergraph of subgraphs', () => {
  test.each(Array.from({ length: 15 }, (_, minor) => `v2.${minor}`))(
    'that link federation %s loads and answers',
    async (version) => {
      await expectAnswer(`${link(version, '@key', '@shareable', '@tag')}
        type Query { product: Product open: String @tag(name: "t") }
        type Product @key(fields: "id") { id: ID! name: String @shareable }`);
    },
  );

  test.each([
    ['@authenticated', 'v2.5', 'secret: Int @authenticated'],
    ['@requiresScopes', 'v2.5', 'secret: Int @requiresScopes(scopes: [["a", "b"], ["c"]])'],
    ['@policy', 'v2.6', 'secret: Int @policy(policies: [["p"]])'],
    ['@cost', 'v2.9', 'dear: Int @cost(weight: 5)'],
    ['@listSize', 'v2.9', 'many: [Int] @listSize(assumedSize: 10)'],
    ['@cacheTag', 'v2.12', 'cached: Int @cacheTag(format: "all")'],
    ['@inaccessible', 'v2.0', 'hidden: Int @inaccessible'],
  ])('with %s loads and answers what needs nothing of it', async (directive, version, field) => {
    await expectAnswer(`${link(version, '@key', directive)}
      type Query { product: Product open: String ${field} }
      type Product @key(fields: "id") { id: ID! name: String }`);
  });

  test('with @composeDirective loads and answers', async () => {
    await expectAnswer(`${link('v2.1', '@key', '@composeDirective')}
      @link(url: "https://example.com/note/v1.0", import: ["@note"]) @composeDirective(name: "@note")
      directive @note(text: String) on FIELD_DEFINITION
      type Query { product: Product open: String @note(text: "here") }
      type Product @key(fields: "id") { id: ID! name: String }`);
  });

  test('with @context and @fromContext loads and answers what needs no context', async () => {
    await expectAnswer(`${link('v2.8', '@key', '@context', '@fromContext')}
      type Query { product: Product open: String }
      type Product @key(fields: "id") @context(name: "shop") { id: ID! name: String part: Part }
      type Part @key(fields: "id") { id: ID! label(of: String @fromContext(field: "$shop { name }")): String }`);
  });

  test('with a labelled @override answers from the old subgraph until the label is active', async () => {
    await using federation = await federate({
      subgraphs: {
        old: {
          sdl: `${link('v2.7', '@key')} type Query { motto: String }`,
          resolvers: { Query: { motto: () => 'old' } },
        },
        new: {
          sdl: `${link('v2.7', '@override')} type Query { motto: String @override(from: "old", label: "moved") }`,
          resolvers: { Query: { motto: () => 'new' } },
        },
      },
    });
    const reply = await federation.send('{ motto }');
    expect(reply.body).toEqual({ data: { motto: 'old' } });
  });
});
