import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { Canceller, toAbortSignal } from '../../src/lib/cancellation.ts';

/** A canceller, and a list to which each of the listeners named adds its name. */
function heard(...names: readonly string[]) {
  const canceller = new Canceller();
  const calls: string[] = [];
  const listeners = new Map(names.map((name) => [name, () => void calls.push(name)]));
  const listener = (name: string) => listeners.get(name) ?? (() => {});
  for (const name of names) canceller.addEventListener('abort', listener(name));
  return { canceller, calls, listener };
}

describe('a canceller', () => {
  test('tells each who listens, in their order, once', () => {
    const { canceller, calls } = heard('a', 'b', 'c');
    canceller.abort('over');
    canceller.abort('again');
    expect(calls).toEqual(['a', 'b', 'c']);
    expect([canceller.aborted, canceller.reason]).toEqual([true, 'over']);
  });

  test.each(['a', 'b', 'c'])('does not tell %s, who has left', (gone) => {
    const { canceller, calls, listener } = heard('a', 'b', 'c');
    canceller.removeEventListener('abort', listener(gone));
    canceller.abort();
    expect(calls).toEqual(['a', 'b', 'c'].filter((name) => name !== gone));
  });

  test('tells nobody who comes too late, as a signal does', () => {
    const { canceller, calls } = heard();
    canceller.abort();
    canceller.addEventListener('abort', () => calls.push('late'));
    expect(calls).toEqual([]);
  });

  test('throws its reason, by default that of an AbortController', () => {
    const { canceller } = heard();
    canceller.throwIfAborted();
    canceller.abort();
    expect(() => canceller.throwIfAborted()).toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});

describe('a signal made of it', () => {
  test('follows it, for the same reason', async () => {
    const { canceller } = heard();
    const signal = toAbortSignal(canceller);
    const aborted = once(signal, 'abort');
    canceller.abort('over');
    await aborted;
    expect(signal.reason).toBe('over');
  });

  test('has aborted where it has', () => {
    const { canceller } = heard();
    canceller.abort('over');
    expect(toAbortSignal(canceller)).toMatchObject({ aborted: true, reason: 'over' });
  });

  test('is the signal itself where there is one', () => {
    const { signal } = new AbortController();
    expect(toAbortSignal(signal)).toBe(signal);
  });
});
