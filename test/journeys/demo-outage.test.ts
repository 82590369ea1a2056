import { expect, test } from '@jest/globals';
import { demoGateway } from '../harness/demo.ts';

const query = `{
  product(id: "p-1") { name unitsSold averageRating reviews(first: 1) { author { name tier } } }
  order(id: "o-2") { status account { name tier } lines { product { name } review { rating } } }
}`;

const whole = {
  product: {
    name: 'The Quiet Sea',
    unitsSold: 2,
    averageRating: 5,
    reviews: [{ author: { name: 'Mira Lang', tier: 'GOLD' } }],
  },
  order: {
    status: 'PLACED',
    account: { name: 'Jules Petit', tier: 'BASIC' },
    lines: [{ product: { name: 'Pocket Radio' }, review: { rating: 2 } }],
  },
};

function unreachable(service: string, ...path: readonly (string | number)[]) {
  const message = `${service} refused the connection`;
  return { message, path, extensions: { code: 'SUBREQUEST_HTTP_ERROR', service } };
}

const outages = [
  {
    name: 'reviews-query',
    data: {
      product: { ...whole.product, averageRating: null, reviews: null },
      order: { ...whole.order, lines: [{ product: { name: 'Pocket Radio' }, review: null }] },
    },
    paths: [
      ['product', 'averageRating'],
      ['product', 'reviews'],
      ['order', 'lines', 0, 'review'],
    ],
  },
  {
    name: 'orders-query',
    data: {
      product: {
        ...whole.product,
        unitsSold: null,
        reviews: [{ author: { name: 'Mira Lang', tier: null } }],
      },
      order: null,
    },
    paths: [['product', 'unitsSold'], ['product', 'reviews', 0, 'author', 'tier'], ['order']],
  },
  {
    name: 'accounts-query',
    data: {
      product: { ...whole.product, reviews: [{ author: { name: 'Mira Lang', tier: null } }] },
      order: { ...whole.order, account: null },
    },
    paths: [
      ['product', 'reviews', 0, 'author', 'tier'],
      ['order', 'account', 'name'],
    ],
  },
  {
    name: 'catalog-query',
    data: {
      product: null,
      order: { ...whole.order, lines: [{ product: null, review: { rating: 2 } }] },
    },
    paths: [['product'], ['order', 'lines', 0, 'product', 'name']],
  },
] as const;

test.each(outages)(
  'without $name the rest answers, and all of it once it is back',
  async ({ name, data, paths }) => {
    await using demo = await demoGateway();
    const ask = async () => {
      const { status, body } = await demo.ask(query);
      return { status, body };
    };
    expect(await ask()).toEqual({ status: 200, body: { data: whole } });

    await demo.stop(name);
    const errors = paths.map((path) => unreachable(name, ...path));
    expect(await ask()).toEqual({ status: 200, body: { data, errors } });

    await demo.restart(name);
    expect(await ask()).toEqual({ status: 200, body: { data: whole } });
  },
);

test('without a command subgraph its commands fail, and everything can be read', async () => {
  await using demo = await demoGateway();
  await demo.stop('orders-command');
  const ship = 'mutation { shipOrder(id: "o-2") { status } }';
  expect((await demo.ask(ship)).body).toEqual({
    data: { shipOrder: null },
    errors: [unreachable('orders-command', 'shipOrder')],
  });
  expect((await demo.ask(query)).body).toEqual({ data: whole });

  await demo.restart('orders-command');
  expect((await demo.ask(ship)).body).toEqual({ data: { shipOrder: { status: 'SHIPPED' } } });
});

test('a command is done though its result cannot be read', async () => {
  await using demo = await demoGateway();
  await demo.stop('orders-query');
  const ship = 'mutation { shipOrder(id: "o-2") { id status } }';
  expect((await demo.ask(ship)).body).toEqual({
    data: { shipOrder: null },
    errors: [unreachable('orders-query', 'shipOrder', 'status')],
  });

  await demo.restart('orders-query');
  expect((await demo.ask('{ order(id: "o-2") { status } }')).body).toEqual({
    data: { order: { status: 'SHIPPED' } },
  });
});
