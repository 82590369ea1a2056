import { describe, expect, test } from '@jest/globals';
import { KeyedRoll } from '../../src/lib/keyed-roll.ts';
import { Roll } from '../../src/lib/roll.ts';

const named = (name: string) => ({ name });

describe('a roll', () => {
  test('has what came and has not gone, in the order in which it came', () => {
    const roll = new Roll<{ name: string }>();
    const entries = ['a', 'b', 'c', 'd'].map((name) => roll.add(named(name)));
    entries[1]?.strike();
    entries[3]?.strike();
    roll.add(named('e'));
    entries[0]?.strike();
    expect([...roll].map(({ name }) => name)).toEqual(['c', 'e']);
    expect(roll.size).toBe(2);
  });

  test('is empty once all have gone, and counts who goes twice once', () => {
    const roll = new Roll<{ name: string }>();
    const entries = ['a', 'b'].map((name) => roll.add(named(name)));
    for (const { strike } of [...entries, ...entries]) strike();
    expect([[...roll], roll.size]).toEqual([[], 0]);
  });

  test('can be read while those who are read go', () => {
    const roll = new Roll<{ name: string }>();
    const entries = new Map(['a', 'b', 'c'].map((name) => [name, roll.add(named(name))]));
    const seen: string[] = [];
    for (const { name } of roll) {
      entries.get(name)?.strike();
      seen.push(name);
    }
    expect([seen, roll.size]).toEqual([['a', 'b', 'c'], 0]);
  });
});

describe('a keyed roll', () => {
  /** More than there are chains, some of them longer than what is read of a key. */
  const keys = Array.from({ length: 1_000 }, (_, index) => `${'key'.repeat(index)} ${index}`);

  test('finds what was added under a key until it goes', () => {
    const roll = new KeyedRoll<number>();
    const entries = keys.map((key, index) => roll.add(key, index));
    for (const [index, entry] of entries.entries()) if (index % 3 === 0) roll.strike(entry);
    for (const [index, key] of keys.entries()) {
      expect(roll.get(key)).toBe(index % 3 === 0 ? undefined : index);
    }
    expect(roll.get('unknown')).toBeUndefined();
  });

  test('tells long keys apart by every character', () => {
    const roll = new KeyedRoll<number>();
    const long = 'x'.repeat(10_000);
    roll.add(`${long}a${long}`, 1);
    roll.add(`${long}b${long}`, 2);
    expect([roll.get(`${long}a${long}`), roll.get(`${long}b${long}`)]).toEqual([1, 2]);
    expect(roll.get(`${long}c${long}`)).toBeUndefined();
  });

  test('has the newer of two under one key, and the older again when that has gone', () => {
    const roll = new KeyedRoll<number>();
    const older = roll.add('key', 1);
    const newer = roll.add('key', 2);
    expect(roll.get('key')).toBe(2);
    roll.strike(newer);
    roll.strike(newer);
    expect(roll.get('key')).toBe(1);
    roll.strike(older);
    expect(roll.get('key')).toBeUndefined();
  });
});
