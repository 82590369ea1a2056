// Sends one federated query to the demo at the given URL and compares the whole answer.
import assert from 'node:assert/strict';

const query = '{ product(id: "p-1") { name averageRating reviews(first: 1) { author { name } } } }';
const response = await fetch(process.argv[2], {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
});
assert.equal(response.status, 200);
assert.deepEqual(await response.json(), {
  data: {
    product: {
      name: 'The Quiet Sea',
      averageRating: 5,
      reviews: [{ author: { name: 'Mira Lang' } }],
    },
  },
});
process.stdout.write('answered a federated query\n');
