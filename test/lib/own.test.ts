import { expect, test } from '@jest/globals';
import { getOwn, isObject, type JsonObject, setOwn } from '../../src/lib/own.ts';

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'the key %s is a key like any other',
  (key) => {
    const object: JsonObject = {};
    expect(getOwn(object, key)).toBeUndefined();
    setOwn(object, key, { polluted: true });
    expect(getOwn(object, key)).toEqual({ polluted: true });
    expect(Object.keys(object)).toEqual([key]);
    expect(JSON.stringify(object)).toBe(`{"${key}":{"polluted":true}}`);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  },
);

test('an object is what JSON calls so', () => {
  expect([{}, [], null, 'x', 1, undefined].map(isObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
