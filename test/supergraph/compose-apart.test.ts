import { expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import { composeApart } from '../../src/supergraph/compose-apart.ts';
import { subgraph } from './sdl.ts';

const { signal } = new AbortController();

test.each([
  ['what composes', 'type Query { ready: Int }'],
  ['what does not', 'type Query { ready: Int'],
])('%s has the same outcome in a thread', async (_, sdl) => {
  const subgraphs = [subgraph('one', sdl, 'query')];
  expect(await composeApart(subgraphs, signal)).toEqual(compose(subgraphs));
});

test('is given up with the reason of its signal', async () => {
  const reason = new Error('not needed any more');
  const stop = new AbortController();
  const composing = composeApart([subgraph('one', 'type Query { a: Int }')], stop.signal);
  stop.abort(reason);
  await expect(composing).rejects.toBe(reason);
  await expect(composeApart([], stop.signal)).rejects.toBe(reason);
});
