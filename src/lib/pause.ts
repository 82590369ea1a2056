import type { Cancellation } from './cancellation.ts';

/** Waits for `ms` milliseconds; rejects with the reason of `signal` as soon as it aborts. */
export function pause(ms: number, signal: Cancellation): Promise<void> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave);
  });
}
