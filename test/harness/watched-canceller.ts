import { Canceller } from '../../src/lib/cancellation.ts';

/** A cancellation that counts who listens to it. */
export class WatchedCanceller extends Canceller {
  listeners = 0;

  override addEventListener(type: 'abort', listener: () => void): void {
    this.listeners += 1;
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: 'abort', listener: () => void): void {
    this.listeners -= 1;
    super.removeEventListener(type, listener);
  }
}
