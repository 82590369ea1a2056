import { describe, expect, test } from '@jest/globals';
import type { Cancellation } from '../../src/lib/cancellation.ts';
import { type FlightControl, SingleFlight } from '../../src/lib/single-flight.ts';

const never = new AbortController().signal;

describe('A single flight', () => {
  test('is begun once for all who ask while it is under way', async () => {
    const flights = new SingleFlight<number>();
    const work = Promise.withResolvers<number>();
    let begun = 0;
    const begin = () => {
      begun += 1;
      return work.promise;
    };
    const joined = [1, 2, 3].map(() => flights.join('key', begin, never));
    const other = flights.join('other', async () => 2, never);
    work.resolve(1);
    expect(await Promise.all(joined)).toEqual([
      { answer: 1, shared: false, isCommon: true },
      { answer: 1, shared: true, isCommon: true },
      { answer: 1, shared: true, isCommon: true },
    ]);
    expect(await other).toEqual({ answer: 2, shared: false, isCommon: false });
    expect(await flights.join('key', begin, never)).toMatchObject({ answer: 1, shared: false });
    expect(begun).toBe(2);
  });

  test('goes on for the others when one leaves, and knows when none is left', async () => {
    const flights = new SingleFlight<number>();
    const work = Promise.withResolvers<number>();
    let isWanted = () => false;
    const begin = (control: FlightControl) => {
      isWanted = () => control.isWanted();
      return work.promise;
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const left = flights.join('key', begin, first.signal);
    const alsoLeft = flights.join('key', begin, second.signal);
    first.abort(new Error('The first left'));
    await expect(left).rejects.toThrow('The first left');
    expect(isWanted()).toBe(true);
    second.abort(new Error('The second left'));
    await expect(alsoLeft).rejects.toThrow('The second left');
    expect(isWanted()).toBe(false);
    const newcomer = flights.join('key', begin, never);
    expect(isWanted()).toBe(true);
    work.resolve(1);
    expect(await newcomer).toMatchObject({ answer: 1, shared: true });
  });

  test('that ends with its last waiter is given up by then, and begun anew for a newcomer', async () => {
    const flights = new SingleFlight<number>({ endsWithLastWaiter: true });
    const signals: Cancellation[] = [];
    const begin = ({ signal }: FlightControl) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<number>(() => {}) : Promise.resolve(2);
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const left = flights.join('key', begin, first.signal);
    const alsoLeft = flights.join('key', begin, second.signal);
    first.abort(new Error('The first left'));
    await expect(left).rejects.toThrow('The first left');
    expect(signals[0]?.aborted).toBe(false);
    second.abort(new Error('The second left'));
    await expect(alsoLeft).rejects.toThrow('The second left');
    expect(signals[0]?.reason).toEqual(new Error('The second left'));
    expect(await flights.join('key', begin, never)).toMatchObject({ answer: 2, shared: false });
  });

  test('fails for all who wait, and is begun anew after that', async () => {
    const flights = new SingleFlight<number>();
    const fail = () => Promise.reject(new Error('No'));
    const joined = [1, 2].map(() => flights.join('key', fail, never));
    for (const one of joined) await expect(one).rejects.toThrow('No');
    expect(await flights.join('key', async () => 1, never)).toMatchObject({
      answer: 1,
      shared: false,
    });
  });

  test('is not begun by who has left already', async () => {
    const flights = new SingleFlight<number>();
    const gone = AbortSignal.abort(new Error('Gone'));
    let begun = false;
    const begin = async () => {
      begun = true;
      return 1;
    };
    await expect(flights.join('key', begin, gone)).rejects.toThrow('Gone');
    expect(begun).toBe(false);
  });
});
