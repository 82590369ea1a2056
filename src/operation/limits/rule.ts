import type { ErrorCode } from '../../errors.ts';
import type { LimitName } from './options.ts';

/** One limit: what is counted of a subject, and how a client is told that it is too much. */
export interface Rule<Subject> {
  readonly limit: LimitName;
  readonly code: ErrorCode;
  /** The number that the limit is for. */
  readonly count: (subject: Subject) => number;
  /** `found` is the number as it can be told, `most` the limit. */
  readonly tell: (found: string, most: number) => string;
}
