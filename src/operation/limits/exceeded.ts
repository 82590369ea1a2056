import assert from 'node:assert/strict';
import { type ErrorCode, GatewayError } from '../../errors.ts';
import type { LimitName } from './options.ts';

/** A limit that a request exceeds. */
export interface Exceeded {
  readonly limit: LimitName;
  readonly code: ErrorCode;
  readonly message: string;
  /** True where it is served all the same. */
  readonly warnOnly: boolean;
}

/** A request that is refused: its code is that of the first limit, and each has an error. */
export class LimitsExceeded extends GatewayError {
  /** Those that only warn are among them. */
  readonly exceeded: readonly Exceeded[];

  constructor(exceeded: readonly Exceeded[]) {
    const refusing = exceeded.filter(({ warnOnly }) => !warnOnly);
    const [first] = refusing;
    assert(first !== undefined, 'A request is refused for a limit');
    const details = refusing.map(({ code, message }) => ({ code, message }));
    super(first.code, first.message, { details });
    this.exceeded = exceeded;
  }
}

/** Throws `LimitsExceeded` unless all of these only warn. */
export function refuseExceeded(exceeded: readonly Exceeded[]): void {
  if (exceeded.some(({ warnOnly }) => !warnOnly)) throw new LimitsExceeded(exceeded);
}
