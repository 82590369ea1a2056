import { GatewayError } from '../errors.ts';
import { ByteCache } from '../lib/byte-cache.ts';

/** Memory for refusals; the least recently used go first. */
const cacheBytes = 4 * 1024 * 1024;
/** About what a refusal takes beside its messages: its errors, places and stack. */
const bytesPerError = 500;

/** Why documents were refused: the same one sent again costs no more than to look that up. */
export class Refusals {
  readonly #errors = new ByteCache<GatewayError>(cacheBytes, bytesOf);

  /** Gives what `check` finds of the document with this hash, or throws as it did last time. */
  guard<Found>(hash: string, check: () => Found): Found {
    const refusal = this.#errors.get(hash);
    if (refusal !== undefined) throw refusal;
    try {
      return check();
    } catch (thrown) {
      if (thrown instanceof GatewayError) this.#errors.set(hash, thrown);
      throw thrown;
    }
  }
}

function bytesOf({ message, details }: GatewayError): number {
  return [{ message }, ...details].reduce((bytes, detail) => {
    return bytes + bytesPerError + 2 * detail.message.length;
  }, 0);
}
