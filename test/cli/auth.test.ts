import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { gatehouse } from '../harness/command.ts';

const supergraph = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));
const query =
  '{ account(id: "a-1") { ...Mail orders { paymentReference } } salesReport { __typename } } fragment Mail on Account { email }';

describe('gatehouse auth explain', () => {
  test('says of each field what it demands, who demands it, and whether the caller has it', async () => {
    const args = ['auth', 'explain', '--supergraph', supergraph, '--query', '-'];
    const claims = ['--claims', '{"scope":"orders:payment other"}'];
    expect(await gatehouse([...args, ...claims], { stdin: query })).toEqual({
      code: 0,
      stdout: [
        'pass  account                            Query.account',
        'pass  account.email                      Account.email           authenticated (Account.email of accounts-query)',
        'pass  account.orders                     Account.orders',
        'pass  account.orders.@.paymentReference  Order.paymentReference  scope orders:payment (Order.paymentReference of orders-query)',
        'deny  salesReport                        Query.salesReport       policy admin (Query.salesReport of orders-query)',
        'pass  salesReport.__typename             SalesReport.__typename',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  test('says it as JSON, of nobody in particular to whom a policy is granted', async () => {
    const args = [
      'auth',
      'explain',
      '--supergraph',
      supergraph,
      '--query',
      '-',
      '--format',
      'json',
    ];
    const { code, stdout } = await gatehouse([...args, '--granted', 'admin'], { stdin: query });
    expect(code).toBe(0);
    const { fields } = JSON.parse(stdout);
    const denied = fields.filter(({ passes }: { passes: boolean }) => !passes);
    expect(denied).toEqual([
      {
        path: 'account.email',
        field: 'Account.email',
        passes: false,
        demands: [
          {
            element: 'Account.email',
            requires: 'authenticated',
            subgraphs: ['accounts-query'],
            passes: false,
          },
        ],
      },
      expect.objectContaining({ path: 'account.orders.@.paymentReference' }),
    ]);
  });

  test('refuses claims that are no object', async () => {
    const args = ['auth', 'explain', '--supergraph', supergraph, '--query', '-'];
    const claims = await gatehouse([...args, '--claims', '[1]'], { stdin: query });
    expect(claims).toMatchObject({ code: 2, stderr: expect.stringContaining('a JSON object') });
  });
});

test('gatehouse auth matrix prints scopes and policies by the fields that ask for them', async () => {
  const args = ['auth', 'matrix', '--supergraph', supergraph];
  expect(await gatehouse(args)).toEqual({
    code: 0,
    stdout: [
      '                        authenticated  orders:payment  policy:admin',
      'Account.email           x              -               -',
      'Order.paymentReference  -              x               -',
      'Query.salesReport       -              -               x',
      '',
    ].join('\n'),
    stderr: '',
  });
});
