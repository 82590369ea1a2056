import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteCache } from '../../src/lib/byte-cache.ts';

const bytesOf = (value: string) => value.length;
const cacheOf = (maxBytes: number) => new ByteCache<string>(maxBytes, bytesOf);
const keys = (cache: ByteCache<string>) => [...cache.values()];

describe('A cache of some bytes', () => {
  test('lets the least recently used go first', () => {
    const cache = cacheOf(3);
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, key);
    expect(keys(cache)).toEqual(['d', 'c', 'b']);
  });

  test('keeps one that was used again, and gives it first', () => {
    const cache = cacheOf(5);
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    expect(cache.get('a')).toBe('a');
    for (const key of ['d', 'e', 'f', 'g', 'h']) cache.set(key, key);
    expect(keys(cache)).toEqual(['a', 'h', 'g', 'f', 'e']);
  });

  test('does not take a look at a value for a use of it', () => {
    const cache = cacheOf(2);
    cache.set('a', 'a');
    expect(cache.peek('a')).toBe('a');
    for (const key of ['b', 'c']) cache.set(key, key);
    expect(cache.peek('a')).toBeUndefined();
  });

  test('takes a value that is set again for used', () => {
    const cache = cacheOf(5);
    cache.set('a', 'a');
    cache.set('a', 'A');
    for (const key of ['b', 'c', 'd', 'e', 'f']) cache.set(key, key);
    expect(cache.get('a')).toBe('A');
  });

  test('lets the proven go when others have proved themselves later', () => {
    const cache = cacheOf(10);
    for (let n = 0; n < 30; n += 1) {
      cache.set(`${n}`, 'v');
      cache.get(`${n}`);
    }
    expect(cache.get('29')).toBe('v');
    expect(cache.get('0')).toBeUndefined();
    expect(keys(cache)).toHaveLength(10);
  });

  test('does not keep what is larger than it, nor what would drive out the proven', () => {
    const cache = cacheOf(10);
    cache.set('large', 'x'.repeat(11));
    expect(keys(cache)).toEqual([]);
    for (const key of ['a', 'b', 'c']) {
      cache.set(key, key);
      cache.get(key);
    }
    cache.set('middling', 'x'.repeat(8));
    expect(keys(cache)).toEqual(['c', 'b', 'a']);
  });

  test('never keeps more than its bytes, nor gives anything but what was set last', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      bytes: fc.integer({ min: 0, max: 12 }),
      action: fc.constantFrom('get', 'set'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = cacheOf(20);
        const last = new Map<string, string>();
        for (const [n, { key, bytes, action }] of steps.entries()) {
          if (action === 'get') {
            expect([undefined, last.get(key)]).toContain(cache.get(key));
          } else {
            const value = `${n % 10}`.repeat(bytes);
            cache.set(key, value);
            last.set(key, value);
          }
          const sizes = keys(cache).map((value) => Math.max(1, value.length));
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  test('keeps a thousand that are used again through a flood of a hundred thousand', () => {
    const cache = new ByteCache<string>(2_000_000, () => 1_000);
    const hot = Array.from({ length: 1_000 }, (_, n) => `hot ${n}`);
    for (const key of hot) cache.set(key, key);
    for (const key of hot) cache.get(key);
    for (let n = 0; n < 100_000; n += 1) {
      cache.set(`flood ${n}`, 'once');
      if (n % 100 === 0) cache.get(hot[(n / 100) % hot.length] ?? '');
    }
    expect(hot.filter((key) => cache.get(key) === undefined)).toEqual([]);
  });
});
