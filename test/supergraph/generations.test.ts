import { describe, expect, test } from '@jest/globals';
import { Generations } from '../../src/supergraph/generations.ts';

class Content implements AsyncDisposable {
  disposals = 0;

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
  }
}

/** Lets everything that is ready to go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a lease', () => {
  test('holds the content that was current when it was taken', async () => {
    const [first, second] = [new Content(), new Content()];
    await using generations = new Generations(first);
    using early = generations.lease();
    const replaced = generations.replace(second);
    using late = generations.lease();
    expect(early.content).toBe(first);
    expect(late.content).toBe(second);
    early[Symbol.dispose]();
    await replaced;
    expect([first.disposals, second.disposals]).toEqual([1, 0]);
  });

  test('counts once, however often it is released', async () => {
    const content = new Content();
    const generations = new Generations(content);
    const [one, other] = [generations.lease(), generations.lease()];
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    const disposed = generations[Symbol.asyncDispose]();
    await settled();
    expect(content.disposals).toBe(0);
    other[Symbol.dispose]();
    await disposed;
    expect(content.disposals).toBe(1);
  });

  test('is refused after disposal', async () => {
    const generations = new Generations(new Content());
    await generations[Symbol.asyncDispose]();
    expect(() => generations.lease()).toThrow(
      expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }),
    );
  });
});

describe('disposal', () => {
  test('waits for the leases of every generation', async () => {
    const [first, second] = [new Content(), new Content()];
    const generations = new Generations(first);
    const early = generations.lease();
    void generations.replace(second);
    const late = generations.lease();
    const disposed = generations[Symbol.asyncDispose]();
    late[Symbol.dispose]();
    await settled();
    expect([first.disposals, second.disposals]).toEqual([0, 1]);
    early[Symbol.dispose]();
    await disposed;
    expect([first.disposals, second.disposals]).toEqual([1, 1]);
  });

  test('disposes once, even when asked twice', async () => {
    const content = new Content();
    const generations = new Generations(content);
    await Promise.all([generations[Symbol.asyncDispose](), generations[Symbol.asyncDispose]()]);
    expect(content.disposals).toBe(1);
  });

  test('tells of a content that does not close', async () => {
    const failure = new Error('stuck');
    const generations = new Generations({ [Symbol.asyncDispose]: () => Promise.reject(failure) });
    await expect(generations[Symbol.asyncDispose]()).rejects.toBe(failure);
  });
});
