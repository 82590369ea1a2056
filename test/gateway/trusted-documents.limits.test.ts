import { describe, expect, test } from '@jest/globals';
import { send } from '../harness/federation.ts';
import { apolloManifest, sha256, type TrustedWorkplace, trusted } from './trusted-workplace.ts';

const deep = 'query Deep { item { item { name } } }';
const listed = 'query ($b: [Int!]) { item { item { name } } add(a: 1, b: $b) }';
const manifests = {
  'web.json': apolloManifest([
    { id: 'deep', body: deep },
    { id: 'listed', body: listed },
  ]),
};
const answer = { data: { item: { item: { name: 'House' } } } };
const refused = {
  errors: [
    {
      message: 'The operation is 3 fields deep, and 2 is the most',
      extensions: { code: 'MAX_DEPTH_LIMIT' },
    },
  ],
};

async function ask({ gateway }: TrustedWorkplace, body: unknown) {
  const reply = await send(gateway.url, body);
  return [reply.status, reply.body] as const;
}

const start = (limits: object, mode: 'open' | 'safelist' = 'open') =>
  trusted({ manifests, mode, graphql: { limits, planning: { warmUp: { operations: 0 } } } });

test('limits hold for trusted documents, unless it is said that they do not', async () => {
  await using place = await start({ depth: 2 });
  expect(await ask(place, { documentId: 'deep' })).toEqual([400, refused]);
});

describe.each(['open', 'safelist'] as const)(
  'in mode %s, limits that do not hold for them',
  (mode) => {
    const limits = { depth: 2, listSize: 1, trustedDocuments: false };

    test('hold for the same text, sent before and after', async () => {
      await using place = await start(limits, mode);
      for (const _ of ['first', 'again']) {
        expect(await ask(place, { query: deep })).toEqual([400, refused]);
        expect(await ask(place, { documentId: 'deep' })).toEqual([200, answer]);
        expect(await ask(place, { query: `${deep} ` })).toEqual([400, refused]);
      }
      expect(
        place.log.filter(({ msg }) => msg === 'An operation is served beyond its limits'),
      ).toEqual([]);
    });

    test('hold for the same text, sent first after its id', async () => {
      await using place = await start(limits, mode);
      for (const _ of ['first', 'again']) {
        expect(await ask(place, { documentId: 'deep' })).toEqual([200, answer]);
        expect(await ask(place, { query: deep })).toEqual([400, refused]);
      }
    });

    test('hold while a request by its id is under way', async () => {
      await using place = await start(limits, mode);
      const bodies = [
        { documentId: 'deep' },
        { query: deep },
        { documentId: 'deep' },
        { query: deep },
      ];
      expect(await Promise.all(bodies.map((body) => ask(place, body)))).toEqual([
        [200, answer],
        [400, refused],
        [200, answer],
        [400, refused],
      ]);
    });

    test('hold for the variables of all', async () => {
      await using place = await start(limits, mode);
      const asked = (b: readonly number[]) =>
        ask(place, { documentId: 'listed', variables: { b } });
      expect(await asked([1])).toEqual([200, { data: { ...answer.data, add: 1 } }]);
      expect(await asked([1, 2])).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      ]);
    });
  },
);

test('limits hold for an automatic persisted query that has the text of a trusted document', async () => {
  await using place = await start({ depth: 2, trustedDocuments: false });
  expect(await ask(place, { documentId: 'deep' })).toEqual([200, answer]);
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(deep) } };
  expect(await ask(place, { query: deep, extensions })).toEqual([400, refused]);
  expect(await ask(place, { extensions })).toEqual([400, refused]);
});

test('costs are enforced for trusted documents, too', async () => {
  const cost = { mode: 'enforce', max: 1 };
  await using place = await trusted({ manifests, graphql: { cost } });
  expect(await ask(place, { documentId: 'deep' })).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }] },
  ]);
});
