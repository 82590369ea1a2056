import { GatewayError, ToleratedError } from '../errors.ts';
import type { JsonObject } from '../lib/own.ts';
import type { AnswerBounds } from './bounds.ts';
import type { Failures } from './failures.ts';
import type { Gaps } from './gaps.ts';
import { type Begun, Pauses } from './pauses.ts';
import type { Path } from './places.ts';

/**
 * Writes a value as JSON. Undefined is the null of a type that has none: the next nullable parent
 * becomes null; or, while `to.pauses` says so, a pause. `to.path` is the place of the value.
 */
export type Write = (value: unknown, to: Completion) => string | undefined;

/** What is known of an answer before it is written. */
export interface CompletionInput {
  readonly failures: Failures;
  readonly gaps: Gaps;
  /** The answers to `__schema` and `__type`, under the plan's keys. */
  readonly introspected: Readonly<JsonObject>;
  /** Objects and lists that stand at several places. */
  readonly shared: ReadonlySet<unknown>;
  /** True where no text has a character that JSON escapes. */
  readonly isPlain: boolean;
  readonly bounds: AnswerBounds;
  /** Most fields and items that are written at once. */
  readonly turn: number;
}

/** What was written of a value that stands at several places. */
interface Written {
  readonly text: string;
  readonly values: number;
}

interface Counted {
  readonly errors: number;
  readonly values: number;
}

/** One answer while it is written: where the writing stands, and what went wrong so far. */
export class Completion {
  readonly failures: Failures;
  /** The answers to `__schema` and `__type`, under the plan's keys. */
  readonly introspected: Readonly<JsonObject>;
  /** True where no text has a character that JSON escapes. */
  readonly isPlain: boolean;
  readonly pauses: Pauses;
  /** The plan's keys from the root to the value that is written: the first `depth + 1` of these. */
  readonly keys: (string | number)[] = [];
  depth = -1;
  /**
   * Characters so far, as of the objects and lists that are complete; what is nulled afterwards is
   * not among them.
   */
  size = 0;

  /** Fields and items so far, whatever becomes of them; `Infinity` once they are too many. */
  values = 0;
  #isOver = false;
  readonly #bounds: AnswerBounds;

  readonly #gaps: Gaps;
  readonly #shared: ReadonlySet<unknown>;
  #written: Map<object, Map<unknown, Written>> | undefined;
  /** What was counted before a value that stands at several places was begun, and paused. */
  #begun: Map<unknown, Counted> | undefined;

  constructor({ failures, gaps, introspected, shared, isPlain, bounds, turn }: CompletionInput) {
    this.pauses = new Pauses(turn);
    this.#bounds = bounds;
    this.isPlain = isPlain;
    this.failures = failures;
    this.#gaps = gaps;
    this.introspected = introspected;
    this.#shared = shared;
  }

  /**
   * What `write` makes of a value that stands at several places is the same at each of them, and
   * is written once, unless something is wrong with it: that is told at every place.
   */
  once(write: Write, value: unknown): string | undefined {
    const { failures } = this;
    if (!this.#shared.has(value) || failures.hasLosses) return write(value, this);
    this.#written ??= new Map();
    let texts = this.#written.get(write);
    if (texts === undefined) {
      texts = new Map();
      this.#written.set(write, texts);
    }
    const known = texts.get(value);
    if (known !== undefined) {
      const { text, values } = known;
      return this.admits(values) && this.fits(this.size, text) ? text : undefined;
    }
    const before = this.#begun?.get(value) ?? { errors: failures.count, values: this.values };
    const text = write(value, this);
    if (this.pauses.isPaused) {
      this.#begun ??= new Map();
      this.#begun.set(value, before);
    } else {
      this.#begun?.delete(value);
    }
    if (text !== undefined && failures.count === before.errors) {
      texts.set(value, { text, values: this.values - before.values });
    }
    return text;
  }

  /** True when the answer was too large: what comes after is null, and needs no other reason. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts the values that an object or a list has; false where they are too many. */
  admits(values: number): boolean {
    this.values += values;
    return this.values <= this.#bounds.values || this.#refuse();
  }

  /**
   * Counts a text that is complete, before which there were `before` characters. What was begun
   * before the answer got too large keeps its place round what was written until then.
   */
  fits(before: number, text: string): boolean {
    this.size = before + text.length;
    return this.size <= this.#bounds.size || this.#isOver || this.#refuse();
  }

  /** The first place that is too much is told; from there on, nothing is admitted. */
  #refuse(): false {
    this.values = Number.POSITIVE_INFINITY;
    if (!this.#isOver) {
      const { values, size } = this.#bounds;
      const message = `The answer has more than ${values} values or ${size} characters: the rest is left out`;
      this.failures.reportFirst(new GatewayError('RESPONSE_TOO_LARGE', message), this.path);
    }
    this.#isOver = true;
    return false;
  }

  /** Ends an object or a list before its end: it is null, or what is below it has paused. */
  leave(begun: Begun): undefined {
    if (this.pauses.isPaused) this.pause(begun);
    else this.depth -= 1;
  }

  pause(begun: Begun): undefined {
    this.depth -= 1;
    this.pauses.leave(begun);
  }

  get path(): Path {
    return this.keys.slice(0, this.depth + 1);
  }

  /** Null where the type allows none: an error of its own, unless another explains it. */
  refuseNull(label: string): undefined {
    const { path } = this;
    if (this.#isOver || this.failures.explains(path)) return;
    this.failures.report(unsuited(`Cannot return null for non-nullable field ${label}`), path);
  }

  /** A value of the wrong type is an error, and null. */
  misfit(expected: string, label: string): undefined {
    this.failures.report(unsuited(`Expected ${expected} for ${label}`), this.path);
  }

  /** True for a field that is missing for a reason that need not be told, where null may stand. */
  tolerates(source: object, key: string): boolean {
    const loss = this.failures.lossOf(source, key);
    if (!(loss instanceof ToleratedError)) return false;
    this.failures.tolerate(loss);
    return true;
  }

  /** A field that no subgraph supplied: there is a reason, or there should have been one. */
  missing(source: object, typename: string, key: string, label: string): 'null' | undefined {
    const { failures, path } = this;
    if (this.#gaps.has(path, typename)) {
      const message = `No subgraph can supply ${label}`;
      failures.report(new GatewayError('QUERY_PLANNING_FAILED', message), path);
      return undefined;
    }
    const loss = failures.lossOf(source, key);
    if (loss === 'null') return 'null';
    if (loss === undefined) {
      if (!failures.explains(path)) failures.report(unsuited(`No value came for ${label}`), path);
    } else if (loss !== 'told') {
      failures.report(loss, path);
    }
    return undefined;
  }

  /** An object whose type is not known, because the fetch of its name failed or for no reason. */
  untyped(value: object, label: string): undefined {
    const loss = this.failures.lossOf(value, '__typename');
    if (loss === undefined || loss === 'null') this.misfit('an object of a known type', label);
    else if (loss !== 'told') this.failures.report(loss, this.path);
  }
}

function unsuited(message: string): GatewayError {
  return new GatewayError('SUBREQUEST_MALFORMED_RESPONSE', message);
}
