import { expect, test } from '@jest/globals';
import { Disposer } from '../../src/lib/disposer.ts';

test('disposes in reverse order of building, one after the other', async () => {
  const ended: string[] = [];
  const disposer = new Disposer();
  const resource = { [Symbol.dispose]: () => void ended.push('first') };
  expect(disposer.use(resource)).toBe(resource);
  disposer.use({
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => setImmediate(resolve));
      ended.push('second');
    },
  });
  disposer.defer(() => void ended.push('third'));
  await disposer[Symbol.asyncDispose]();
  await disposer[Symbol.asyncDispose]();
  expect(ended).toEqual(['third', 'second', 'first']);
});

test('disposes the rest when one fails, and throws what failed together', async () => {
  const ended: string[] = [];
  const disposer = new Disposer();
  disposer.defer(() => void ended.push('first'));
  disposer.defer(() => Promise.reject(new Error('second')));
  disposer.defer(() => {
    throw new Error('third');
  });
  await expect(disposer[Symbol.asyncDispose]()).rejects.toMatchObject({
    name: 'AggregateError',
    errors: [new Error('third'), new Error('second')],
  });
  expect(ended).toEqual(['first']);
});
